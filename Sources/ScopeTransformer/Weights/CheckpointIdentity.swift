internal import ScopeFiles

/// What tells one model's files from another's.
public struct CheckpointIdentity: Equatable, Sendable {
    /// The folder's name.
    public let name: String
    /// SHA-256, in hexadecimal, over the configuration, the tensor table and a page of each tensor.
    public let fingerprint: String
    /// Learned scalars in the files.
    public let parameterCount: Int

    /// Bytes read from the middle of each tensor: enough to tell two trainings of one shape apart
    /// without touching every page of a large file.
    private static var sampledBytes: Int { 4096 }

    init(name: String, configuration: JSONDocument, weights: WeightTable) {
        var hash = SHA256()
        let text = Array(configuration.root.lexeme.utf8)
        hash.update(text.span)
        var parameters = 0
        for name in weights.tensorNames {
            guard let tensor = weights[name] else { continue }
            let line = Array("\(name) \(tensor.typeName) \(tensor.shape)\n".utf8)
            hash.update(line.span)
            let size = min(tensor.byteRange.count, Self.sampledBytes)
            let start = tensor.byteRange.lowerBound + (tensor.byteRange.count - size) / 2
            let sample = tensor.contents.copy(start..<start + size)
            hash.update(sample.span)
            parameters += tensor.shape.reduce(1, *)
        }
        self.name = name
        self.fingerprint = hash.finish()
        self.parameterCount = parameters
    }
}
