import ScopeFiles

/// Any bytes as the index of a sharded checkpoint: either an error, or tensors of its two shards.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzIndex(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    let index = FileContents(copying: bytes, name: Checkpoint.indexFile)
    let folder = FileFolder(name: "fuzz", files: shards + [index])
    guard let checkpoint = try? Checkpoint(folder) else { return 0 }
    precondition(!checkpoint.tensorNames.isEmpty, "an empty index was accepted")
    for name in checkpoint.tensorNames {
        guard let (entry, file) = checkpoint[name] else { preconditionFailure("not found") }
        precondition(file[name] == entry, "the tensor is not the shard's")
        precondition(shards.contains { $0 === file.contents }, "a file outside the folder")
    }
    return 0
}

private let shards = ["lm_head.weight", "model.norm.weight"].enumerated().map { number, name in
    let header = "{\"\(name)\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}"
    let bytes = [UInt8(header.utf8.count)] + [UInt8](repeating: 0, count: 7) + Array(header.utf8)
    return FileContents(
        copying: bytes + [0, 0, 0, 0],
        name: "model-0000\(number + 1)-of-00002.safetensors")
}
