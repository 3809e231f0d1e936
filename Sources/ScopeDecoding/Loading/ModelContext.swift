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
}

/// Opens the model in `folder`, from disk or from memory.
///
/// Weights are read in place from mapped memory, whatever their stored precision; arithmetic is
/// `float32`. Nothing is downloaded and no code in the folder runs.
///
/// - Parameter folder: Holds `config.json`, `model.safetensors` (or shards with their index), and
///   `tokenizer.json`.
/// - Returns: The model, its tokenizer, and what identifies them.
/// - Throws: ``DecodingFailure`` naming the file and field that is missing, broken or not supported.
/// - Complexity: O(vocabulary + tensors).
public func loadModel(from folder: FileFolder) throws(DecodingFailure) -> ModelContext {
    let model = try DecodingFailure.wrappingModel { () throws(ModelFailure) in
        try DecoderModel(from: folder, algebra: HostAlgebra())
    }
    let tokenizer: any Tokenizer
    do {
        tokenizer = try AutoTokenizer.from(folder)
    } catch {
        throw .tokenizer(error)
    }
    return ModelContext(
        model: model, tokenizer: tokenizer,
        identity: ModelIdentity(
            name: model.identity.name, family: model.configuration.modelType,
            fingerprint: model.identity.fingerprint,
            parameterCount: model.identity.parameterCount))
}

/// Opens the model in a directory.
///
/// - Parameter directory: A local directory; see ``loadModel(from:)-(FileFolder)``.
/// - Returns: The model, its tokenizer, and what identifies them.
/// - Throws: ``DecodingFailure`` naming the file and field that is missing, broken or not supported.
public func loadModel(from directory: URL) throws(DecodingFailure) -> ModelContext {
    let folder = try DecodingFailure.wrappingModel { () throws(ModelFailure) in
        do throws(FileError) {
            return try FileFolder(directory: directory.path)
        } catch {
            throw .file(error)
        }
    }
    return try loadModel(from: folder)
}
