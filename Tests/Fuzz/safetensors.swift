import ScopeFiles

/// Any bytes: either an error, or tensors that tile the data behind the header exactly.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSafetensors(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    let contents = FileContents(copying: bytes, name: "fuzz")
    guard let file = try? SafetensorsFile(contents) else { return 0 }
    let length = (0..<8).reversed().reduce(0) { $0 << 8 | Int(bytes[$1]) }
    var end = 8 + length
    for entry in file.entries {
        precondition(entry.byteRange.lowerBound == end, "a gap or an overlap")
        let size = entry.shape.reduce(entry.dtype.byteWidth, *)
        precondition(entry.byteRange.count == size, "the length is not that of the shape")
        precondition(entry.shape.allSatisfy { $0 >= 0 })
        precondition(file[entry.name] == entry, "a tensor is not found")
        end = entry.byteRange.upperBound
    }
    precondition(end == count, "bytes are left over")
    return 0
}
