public import ScopeFiles
public import ScopeTensor

/// Every family's model: one configurable decoder block, computed by the given algebra.
///
/// With `HostAlgebra` it is the engine; with `ScalarAlgebra` in `Double` the same code is the
/// reference that tests and finite differences compare against.
public struct DecoderModel<Algebra: LinearAlgebra>: LanguageModel {
    /// The scalar the algebra computes in.
    public typealias Scalar = Algebra.Scalar

    /// The model's shape and choices.
    public let configuration: DecoderConfiguration
    /// What identifies the files the model was read from.
    public let identity: CheckpointIdentity

    let weights: DecoderWeights<Scalar>
    let algebra: Algebra
    let rotationTable: RotationTable
    /// Which text length defines a rotation that changes with it.
    public let rotaryLength: RotaryLength
    /// How the model's caches hold keys and values.
    public let cachePrecision: CachePrecision
    private let table: WeightTable

    /// The formats of the weight matrices, the largest share first, such as `q4_K+q6_K`; for
    /// weights quantised when they were read, such as `q8_0 from bfloat16`.
    public let weightFormat: String

    /// Opens a model.
    ///
    /// - Parameters:
    ///   - files: A folder with `config.json` and `model.safetensors` (or shards and their index), or
    ///     GGUF files.
    ///   - algebra: What computes.
    ///   - options: What differs from the files.
    ///   - progress: Is told after each layer which share of the weights has been read, up to 1.
    /// - Throws: ``ModelFailure/file(_:)`` naming the file and the field that is missing, broken or
    ///   not understood; ``ModelFailure/cancelled`` before the next tensor, once the task is cancelled.
    /// - Complexity: O(weights); O(tensors) where they are mapped and not quantised.
    public init(
        from files: ModelFiles, algebra: Algebra, options: ModelOptions = ModelOptions(),
        progress: (Double) -> Void = { _ in }
    ) throws(ModelFailure) {
        let description = try ModelFailure.wrappingFiles { () throws(FileError) in
            try ModelDescription(files)
        }
        self.table = description.table
        self.configuration = description.configuration
        // First, for it reads a page of each tensor, and packing lets go of what was read.
        self.identity = CheckpointIdentity(
            name: files.name, configuration: description.document, weights: description.table)
        let arena = WeightArena()
        self.weights = try ModelFailure.wrappingFiles { () throws(FileError) in
            try DecoderWeights<Scalar>.read(
                description.table, description.configuration, description.names,
                quantizingTo: options.weights,
                packing: options.storage == .packed ? { algebra.packed($0, in: arena) } : nil,
                progress: progress)
        }
        let stored = description.table.formats(of: weights.matrices)
        self.weightFormat = options.weights.map { "\($0.rawValue) from \(stored)" } ?? stored
        self.algebra = algebra
        self.rotaryLength = options.rotaryLength
        self.cachePrecision = options.cache
        self.rotationTable = RotationTable(description.configuration)
    }

    /// Opens the model in a folder.
    ///
    /// - Parameters:
    ///   - folder: See `ModelFiles`.
    ///   - algebra: What computes.
    ///   - options: What differs from the files.
    /// - Throws: ``ModelFailure/file(_:)`` naming the file and the field that is missing, broken or
    ///   not understood.
    public init(
        from folder: FileFolder, algebra: Algebra, options: ModelOptions = ModelOptions()
    ) throws(ModelFailure) {
        let files = try ModelFailure.wrappingFiles { () throws(FileError) in
            try ModelFiles(folder)
        }
        try self.init(from: files, algebra: algebra, options: options)
    }

    /// The arithmetic's kernel path, for the record; ends in `panels` where weights are packed.
    public var kernels: String { isPacked ? algebra.name + "+panels" : algebra.name }

    /// What products with weights are computed in, for the record, such as `float32`; and how the
    /// cache holds its numbers where that is not the same: `float32, cache float16`.
    public var arithmetic: String {
        let products =
            isPacked || Scalar.self != Float.self
            ? algebra.arithmeticName : ArithmeticClass.float32.rawValue
        return cachePrecision == .full
            ? products : products + ", cache " + cachePrecision.rawValue
    }

    /// The shape of the model's caches.
    public var cacheShape: CacheShape {
        var shape = CacheShape(of: configuration)
        shape.precision = cachePrecision
        return shape
    }

    private var isPacked: Bool { weights.head.weights.panelLevel != nil }

    /// Refuses to go on when a file the weights are read from has changed on disk.
    ///
    /// - Throws: ``ModelFailure/file(_:)`` with `.changed`.
    public func checkUnchanged() throws(ModelFailure) {
        try ModelFailure.wrappingFiles { () throws(FileError) in
            try table.checkUnchanged()
        }
    }
}
