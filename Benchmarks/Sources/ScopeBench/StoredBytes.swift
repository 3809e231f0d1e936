import TokenScope

/// What a model's weights weigh, as they are stored.
struct StoredBytes {
    /// Bytes of all tensors.
    private(set) var total = 0
    /// Bytes that must be read to predict one token: an embedding table that is not the head too
    /// gives one row only.
    private(set) var perToken = 0
    /// The element type that most bytes have.
    private(set) var elementType = ""

    init(_ folder: FileFolder) throws {
        let checkpoint = try Checkpoint(folder)
        var bytesOfType: [String: Int] = [:]
        var lookedUp = 0
        for name in checkpoint.tensorNames {
            guard let entry = checkpoint[name]?.entry else { continue }
            total += entry.byteRange.count
            bytesOfType[entry.dtype.rawValue, default: 0] += entry.byteRange.count
            if name.hasSuffix("embed_tokens.weight") { lookedUp = entry.byteRange.count }
        }
        perToken = checkpoint["lm_head.weight"] == nil ? total : total - lookedUp
        elementType = bytesOfType.max { $0.value < $1.value }?.key ?? ""
    }
}
