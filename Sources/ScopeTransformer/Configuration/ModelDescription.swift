internal import ScopeFiles

/// What a model's files say about it, read and understood; no weights are touched.
struct ModelDescription: Sendable {
    let configuration: DecoderConfiguration
    /// What the tensors are called.
    let names: TensorNames
    /// The fields the configuration was made from.
    let document: JSONDocument
    let table: WeightTable

    init(_ files: ModelFiles) throws(FileError) {
        switch files {
        case .folder(let folder):
            document = try JSONDocument(try folder.contents(of: "config.json"))
            (configuration, names) = try DecoderConfiguration.read(document, from: folder)
            table = .safetensors(try Checkpoint(folder))
        case .gguf(let model):
            document = try GGUFTranslation(model).document()
            (configuration, names) = try DecoderConfiguration.read(document, of: model)
            table = .gguf(model)
        }
    }
}
