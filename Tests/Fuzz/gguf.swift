import ScopeFiles

/// Any bytes: either an error, or values that can be read and tensors that lie apart in the file.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzGGUF(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    let contents = FileContents(copying: bytes, name: "fuzz.gguf")
    guard let file = try? GGUFFile(contents) else { return 0 }
    precondition(Set(file.metadata.keys).count == file.metadata.keys.count, "a key is there twice")
    for key in file.metadata.keys {
        guard let value = file.metadata[key] else { preconditionFailure("a key is not found") }
        precondition(value.position < count)
        read(value)
    }
    var end = 0
    for entry in file.entries {
        precondition(file[entry.name] == entry, "a tensor is not found")
        precondition(entry.elementCount == entry.shape.reduce(1, *), "not the shape's length")
        precondition(entry.byteRange.upperBound <= count, "beyond the file")
        guard !entry.byteRange.isEmpty else { continue }
        precondition(entry.byteRange.lowerBound >= end, "an overlap")
        end = entry.byteRange.upperBound
    }
    _ = try? GGUFModel([file])
    return 0
}

private func read(_ value: GGUFValue) {
    switch value.kind {
    case .array:
        guard let array = try? value.array() else { preconditionFailure("no array") }
        let elements = array.elements()
        precondition(elements.count == array.count)
        for element in elements { read(element) }
        if let last = elements.last {
            precondition(array.error(array.count - 1, "x") == last.error("x"))
        }
        if let strings = try? array.strings() {
            precondition(strings.reduce(0) { count, _ in count + 1 } == array.count)
        }
        _ = try? array.ints()
        _ = try? array.doubles()
        _ = try? array.bools()
    case .string:
        guard let bytes = try? value.utf8() else { preconditionFailure("no string") }
        precondition((try? value.string()) == String(validating: bytes, as: UTF8.self))
    case .bool: precondition((try? value.bool()) != nil)
    default:
        precondition((try? value.double()) != nil)
        _ = try? value.int()
    }
}
