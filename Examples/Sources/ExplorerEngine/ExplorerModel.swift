import TokenScope

/// A model that can be asked for.
struct ExplorerModel: Sendable {
    enum State: String, Sendable {
        case available
        case loading
        case loaded
        case failed
    }

    let id: String
    /// What `--model` takes for it, or what people call it.
    let name: String
    let folder: String
    let files: @Sendable () throws(DecodingFailure) -> ModelFiles
    var family: String?
    var parameters: Int?
    /// The formats of the weights, once they are read.
    var weights: String?
    var byteCount: Int?
    var state = State.available
    /// The share that has been read, while it is being loaded.
    var progress: Double?
    var error: String?
    var hasChat = false
    var fillsIn = false
    var layers: Int?
    var heads: Int?
    var contextLength: Int?

    /// What files say of a model that is not loaded.
    mutating func describe(_ summary: ModelSummary) {
        family = summary.shape.family
        parameters = summary.parameterCount
        byteCount = summary.byteCount
        contextLength = summary.shape.contextLength
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", id)
            writer.member("name", name)
            writer.member("folder", folder)
            if let family { writer.member("family", family) }
            if let parameters { writer.member("parameters", parameters) }
            if let weights { writer.member("weights", weights) }
            if let byteCount { writer.member("bytes", byteCount) }
            writer.member("state", state.rawValue)
            if let progress { writer.member("progress", progress) }
            if let error { writer.member("error", error) }
            writer.member("chat", hasChat)
            writer.member("fill", fillsIn)
            if let layers { writer.member("layers", layers) }
            if let heads { writer.member("heads", heads) }
            if let contextLength { writer.member("context", contextLength) }
        }
    }
}
