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
    let rotaryLength: RotaryLength
    private let checkpoint: Checkpoint

    /// Opens the model in `folder`; matrices are read in place from mapped memory.
    ///
    /// - Parameters:
    ///   - folder: Holds `config.json` and `model.safetensors`, or the shards and their index.
    ///   - algebra: What computes.
    ///   - rotaryLength: Which length defines a rotation that changes with the text's length.
    /// - Throws: ``ModelFailure/file(_:)`` naming the file and the field that is missing, broken or
    ///   not understood.
    /// - Complexity: O(tensors); weights are touched when they are first used.
    public init(
        from folder: FileFolder, algebra: Algebra, rotaryLength: RotaryLength = .wholeText
    ) throws(ModelFailure) {
        let (configuration, names) = try ModelFailure.wrappingFiles { () throws(FileError) in
            try DecoderConfiguration.read(from: folder)
        }
        let (checkpoint, weights) = try ModelFailure.wrappingFiles { () throws(FileError) in
            let checkpoint = try Checkpoint(folder)
            return (
                checkpoint, try DecoderWeights<Scalar>.read(checkpoint, configuration, names)
            )
        }
        self.configuration = configuration
        self.checkpoint = checkpoint
        self.weights = weights
        self.algebra = algebra
        self.rotaryLength = rotaryLength
        self.rotationTable = RotationTable(configuration)
        self.identity = try ModelFailure.wrappingFiles { () throws(FileError) in
            try CheckpointIdentity(folder: folder, checkpoint: checkpoint)
        }
    }

    /// The arithmetic's kernel path, for the record.
    public var kernels: String { algebra.name }

    /// Refuses to go on when a file the weights are read from has changed on disk.
    ///
    /// - Throws: ``ModelFailure/file(_:)`` with `.changed`.
    public func checkUnchanged() throws(ModelFailure) {
        try ModelFailure.wrappingFiles { () throws(FileError) in
            try checkpoint.checkUnchanged()
        }
    }
}
