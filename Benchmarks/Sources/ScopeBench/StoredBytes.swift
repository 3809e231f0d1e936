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

    init(_ files: ModelFiles) throws {
        let tensors = try Self.tensors(of: files)
        var bytesOfType: [String: Int] = [:]
        var lookedUp = 0
        for tensor in tensors {
            total += tensor.bytes
            bytesOfType[tensor.type, default: 0] += tensor.bytes
            if tensor.name.hasSuffix("embed_tokens.weight") || tensor.name == "token_embd.weight" {
                lookedUp = tensor.bytes
            }
        }
        let hasHead = tensors.contains { ["lm_head.weight", "output.weight"].contains($0.name) }
        perToken = hasHead ? total - lookedUp : total
        elementType = bytesOfType.max { $0.value < $1.value }?.key ?? ""
    }

    private static func tensors(
        of files: ModelFiles
    ) throws -> [(name: String, type: String, bytes: Int)] {
        switch files {
        case .folder(let folder):
            let checkpoint = try Checkpoint(folder)
            return checkpoint.tensorNames.compactMap { name in
                checkpoint[name].map {
                    (
                        name: name, type: $0.entry.dtype.rawValue,
                        bytes: $0.entry.byteRange.count
                    )
                }
            }
        case .gguf(let model):
            return model.files.flatMap(\.entries).map {
                (name: $0.name, type: $0.type.name, bytes: $0.byteRange.count)
            }
        }
    }
}
