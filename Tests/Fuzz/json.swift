import ScopeFiles

/// Any bytes: either an error, or valid UTF-8 of which every value can be read and found again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSON(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    let strict = try? JSONDocument(bytes: bytes, file: "fuzz", refusingDuplicateKeys: true)
    guard let document = try? JSONDocument(bytes: bytes, file: "fuzz") else {
        precondition(strict == nil, "only the stricter reader accepts the text")
        return 0
    }
    precondition(String(validating: bytes, as: UTF8.self) != nil, "accepted invalid UTF-8")
    do {
        try walk(document.root)
        var writer = JSONWriter()
        writer.write(document.root)
        let copy = writer.finish()
        let again = try JSONDocument(bytes: copy, file: "fuzz").root
        precondition(again.lexeme == document.root.lexeme, "a copy reads differently")
    } catch {
        preconditionFailure("cannot read what was accepted: \(error)")
    }
    return 0
}

private func walk(_ value: JSONValue) throws {
    switch value.kind {
    case .null: precondition(value.lexeme == "null")
    case .bool:
        let bool = try value.bool()
        precondition(bool == (value.lexeme == "true"))
    case .number:
        if let int = try? value.int(), let double = try? value.double() {
            precondition(double == Double(int), "the two readings of a number differ")
        }
    case .string:
        let bytes = try value.utf8()
        precondition(String(validating: bytes, as: UTF8.self) != nil)
        var text: [UInt8] = []
        text.appendJSON(string: String(decoding: bytes, as: UTF8.self))
        let again = try JSONDocument(bytes: text, file: "fuzz").root.utf8()
        precondition(again == bytes, "a string does not survive writing")
    case .array:
        let elements = try value.elements()
        precondition(Array(elements).count == elements.count)
        for element in elements { try walk(element) }
    case .object:
        let members = try value.members()
        precondition(Array(members).count == members.count)
        for (key, member) in members {
            precondition(value[key.string] != nil, "a key is not found")
            try walk(member)
        }
        _ = value["absent"]?.error("found")
    }
    precondition(!value.mismatch("something else").description.isEmpty)
}
