public import ScopeFiles
internal import ScopeTensor
public import ScopeTokenizers
public import ScopeTrace
public import ScopeTransformer

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A model ready to decode: what computes, what cuts text into tokens, and where both came from.
///
/// A value that shares its weights: copies cost nothing and may be used from any task.
public struct ModelContext: Sendable {
    /// What turns ids into logits.
    public let model: any LanguageModel<Float>
    /// What turns text into ids and back.
    public let tokenizer: any Tokenizer
    /// The files, for the record of a trace.
    public let identity: ModelIdentity

    let workspaces = WorkspacePool()

    /// Joins a model and a tokenizer of your own.
    public init(
        model: any LanguageModel<Float>, tokenizer: any Tokenizer, identity: ModelIdentity
    ) {
        self.model = model
        self.tokenizer = tokenizer
        self.identity = identity
    }

    /// The model's shape and choices.
    public var configuration: DecoderConfiguration { model.configuration }

    /// One pass through the model, with scratch memory of the context's.
    ///
    /// - Throws: `ModelFailure`.
    package func forward(
        _ lanes: inout [Lane<Float>], into sink: inout some SignalSink<Float>
    ) throws(ModelFailure) {
        // A borrowed sink cannot go into a closure that the pool calls.
        var workspace = workspaces.take()
        defer { workspaces.give(back: workspace) }
        try model.forward(&lanes, in: &workspace, into: &sink)
    }

    /// Whether this is a copy of another context: the same weights and the same scratch memory.
    func isSame(as other: ModelContext) -> Bool { workspaces === other.workspaces }
}

/// Opens a model, from disk or from memory.
///
/// Weights are packed for fast products, whatever their stored precision, and arithmetic is `float32`
/// unless the options say otherwise. Nothing is downloaded and no code in the files runs.
///
/// - Parameters:
///   - files: A folder with `config.json`, `model.safetensors` (or shards with their index) and
///     `tokenizer.json`, or GGUF files.
///   - options: What differs from the files.
///   - progress: Is told after each layer which share of the weights has been read, up to 1.
/// - Returns: The model, its tokenizer, and what identifies them.
/// - Throws: ``DecodingFailure`` naming the file and field that is missing, broken or not supported;
///   `.model(.cancelled)` before the next tensor, once the task is cancelled.
/// - Complexity: O(vocabulary + weights); O(vocabulary + tensors) where weights are mapped.
public func loadModel(
    from files: ModelFiles, options: ModelOptions = ModelOptions(),
    progress: (Double) -> Void = { _ in }
) throws(DecodingFailure) -> ModelContext {
    let model = try DecodingFailure.wrappingModel { () throws(ModelFailure) in
        let algebra = HostAlgebra(
            threads: options.threads ?? HostAlgebra.processorCount,
            arithmetic: options.arithmetic)
        return try DecoderModel(
            from: files, algebra: algebra, options: options, progress: progress)
    }
    let tokenizer: any Tokenizer
    do {
        tokenizer = try AutoTokenizer.from(files)
    } catch {
        throw .tokenizer(error)
    }
    return ModelContext(
        model: model, tokenizer: tokenizer,
        identity: ModelIdentity(
            name: model.identity.name, family: model.configuration.modelType,
            fingerprint: model.identity.fingerprint,
            parameterCount: model.identity.parameterCount, weights: model.weightFormat,
            rotaryLength: model.configuration.hasChangingRotation
                ? model.rotaryLength.rawValue : nil))
}

/// Opens the model in a folder, from disk or from memory.
///
/// - Parameters:
///   - folder: See ``loadModel(from:options:progress:)-(ModelFiles,_,_)``.
///   - options: What differs from the files.
///   - progress: Is told after each layer which share of the weights has been read, up to 1.
/// - Returns: The model, its tokenizer, and what identifies them.
/// - Throws: ``DecodingFailure`` naming the file and field that is missing, broken or not supported.
public func loadModel(
    from folder: FileFolder, options: ModelOptions = ModelOptions(),
    progress: (Double) -> Void = { _ in }
) throws(DecodingFailure) -> ModelContext {
    try loadModel(
        from: try DecodingFailure.wrappingFiles { () throws(FileError) in try ModelFiles(folder) },
        options: options, progress: progress)
}

/// Opens the model at a place on disk.
///
/// - Parameters:
///   - location: A folder, a GGUF file (of a split model any part), or the folder of a model in the
///     Hugging Face cache; see `ModelFiles`.
///   - options: What differs from the files.
///   - progress: Is told after each layer which share of the weights has been read, up to 1.
/// - Returns: The model, its tokenizer, and what identifies them.
/// - Throws: ``DecodingFailure`` naming the file and field that is missing, broken or not supported.
public func loadModel(
    from location: URL, options: ModelOptions = ModelOptions(),
    progress: (Double) -> Void = { _ in }
) throws(DecodingFailure) -> ModelContext {
    let path = location.path
    return try loadModel(
        from: try DecodingFailure.wrappingFiles { () throws(FileError) in try ModelFiles(path: path)
        },
        options: options, progress: progress)
}
