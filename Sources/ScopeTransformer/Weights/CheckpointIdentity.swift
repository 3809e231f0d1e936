internal import ScopeFiles

/// What tells one model's files from another's.
public struct CheckpointIdentity: Equatable, Sendable {
    /// The folder's name.
    public let name: String
    /// SHA-256, in hexadecimal, over `config.json`, the tensor table and a page of each tensor.
    public let fingerprint: String
    /// Learned scalars in the files.
    public let parameterCount: Int

    /// Bytes read from the middle of each tensor: enough to tell two trainings of one shape apart
    /// without touching every page of a large file.
    private static var sampledBytes: Int { 4096 }

    init(folder: FileFolder, checkpoint: Checkpoint) throws(FileError) {
        var hash = SHA256()
        let configuration = try folder.contents(of: "config.json")
        hash.update(configuration.units)
        var parameters = 0
        for name in checkpoint.tensorNames {
            guard let (entry, file) = checkpoint[name] else { continue }
            let line = Array("\(entry.name) \(entry.dtype.rawValue) \(entry.shape)\n".utf8)
            hash.update(line.span)
            let size = min(entry.byteRange.count, Self.sampledBytes)
            let start = entry.byteRange.lowerBound + (entry.byteRange.count - size) / 2
            let sample = file.contents.copy(start..<start + size)
            hash.update(sample.span)
            parameters += entry.shape.reduce(1, *)
        }
        self.name = folder.name
        self.fingerprint = hash.finish()
        self.parameterCount = parameters
    }
}
