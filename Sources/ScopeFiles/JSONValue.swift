/// A value of a ``JSONDocument``: a cursor of two words, which keeps the document alive.
public struct JSONValue: Sendable {
    /// What a JSON value can be.
    public enum Kind: String, Sendable {
        /// `null`.
        case null
        /// `true` or `false`.
        case bool
        /// A number of any size and precision.
        case number
        /// A string.
        case string
        /// An array.
        case array
        /// An object.
        case object
    }

    let tape: JSONTape
    let node: Int

    /// What the value is.
    public var kind: Kind { tape.kind(node) }

    /// Whether the value is `null`.
    public var isNull: Bool { kind == .null }

    /// The text of the value in the file, quotes and escapes included.
    ///
    /// - Complexity: O(bytes of the value).
    public var lexeme: String {
        String(decoding: tape.contents.copy(tape.range(node)), as: UTF8.self)
    }

    /// Where the value's text lies in the file, in bytes.
    public var byteRange: Range<Int> {
        let range = tape.range(node)
        return tape.base + range.lowerBound..<tape.base + range.upperBound
    }

    /// The member of an object under `key`, the last one if there are several; nil where there is
    /// none or the value is no object.
    ///
    /// - Complexity: O(members).
    public subscript(key: String) -> JSONValue? {
        guard kind == .object else { return nil }
        let wanted = Array(key.utf8)
        var found: Int?
        var child = node + 2
        for _ in 0..<tape.count(node) {
            if tape.string(child, equals: wanted) { found = child + 1 }
            child = tape.next(child + 1)
        }
        return found.map { JSONValue(tape: tape, node: $0) }
    }

    /// The member of an object that must be there.
    ///
    /// - Parameter key: the member's name.
    /// - Returns: the member.
    /// - Throws: ``FileError/malformed(file:field:position:reason:)`` if the value is no object or
    ///   lacks the member.
    /// - Complexity: O(members).
    public func required(_ key: String) throws(FileError) -> JSONValue {
        guard kind == .object else { throw mismatch("an object") }
        guard let member = self[key] else {
            let shownKey = shownInMessage(key)
            let path =
                node == 0 ? shownKey : [path, shownKey].compactMap { $0 }.joined(separator: ".")
            throw .malformed(
                file: tape.contents.name, field: path, position: byteRange.lowerBound,
                reason: "is missing")
        }
        return member
    }

    /// `true` or `false`.
    ///
    /// - Returns: the value.
    /// - Throws: ``FileError/malformed(file:field:position:reason:)`` for any other value.
    public func bool() throws(FileError) -> Bool {
        guard kind == .bool else { throw mismatch("true or false") }
        return tape.contents[tape.start(node)] == UInt8(ascii: "t")
    }
}
