/// The elements of a JSON array, in order.
public struct JSONElements: Sequence, Sendable {
    /// Steps through the elements of an array.
    public struct Iterator: IteratorProtocol {
        let tape: JSONTape
        var node: Int
        var remaining: Int

        /// The next element.
        public mutating func next() -> JSONValue? {
            guard remaining > 0 else { return nil }
            remaining -= 1
            defer { node = tape.next(node) }
            return JSONValue(tape: tape, node: node)
        }
    }

    let tape: JSONTape
    let node: Int

    /// How many elements there are.
    public var count: Int { tape.count(node) }

    /// How many elements there are.
    public var underestimatedCount: Int { count }

    /// Starts at the first element.
    public func makeIterator() -> Iterator {
        Iterator(tape: tape, node: node + 2, remaining: count)
    }
}

/// The members of a JSON object, in the order of the file, repeated keys included.
public struct JSONMembers: Sequence, Sendable {
    /// Steps through the members of an object.
    public struct Iterator: IteratorProtocol {
        let tape: JSONTape
        var node: Int
        var remaining: Int

        /// The next member.
        public mutating func next() -> (key: JSONKey, value: JSONValue)? {
            guard remaining > 0 else { return nil }
            remaining -= 1
            defer { node = tape.next(node + 1) }
            return (JSONKey(tape: tape, node: node), JSONValue(tape: tape, node: node + 1))
        }
    }

    let tape: JSONTape
    let node: Int

    /// How many members there are.
    public var count: Int { tape.count(node) }

    /// How many members there are.
    public var underestimatedCount: Int { count }

    /// Starts at the first member.
    public func makeIterator() -> Iterator {
        Iterator(tape: tape, node: node + 2, remaining: count)
    }
}

/// The name of a member of a JSON object.
public struct JSONKey: Sendable {
    let tape: JSONTape
    let node: Int

    /// The name in UTF-8, escapes resolved.
    ///
    /// - Complexity: O(bytes).
    public var utf8: [UInt8] { tape.utf8(node) }

    /// The name; compare ``utf8`` where canonically equivalent names must stay apart.
    ///
    /// - Complexity: O(bytes).
    public var string: String { String(decoding: utf8, as: UTF8.self) }

    /// Whether the name is `text`, byte for byte.
    ///
    /// - Parameter text: what to compare with.
    /// - Returns: whether all bytes are equal.
    /// - Complexity: O(bytes), without a copy.
    public func equals(_ text: [UInt8]) -> Bool { tape.string(node, equals: text) }
}

extension JSONValue {
    /// The elements of an array.
    ///
    /// - Returns: a sequence that reads the document in place.
    /// - Throws: ``FileError/malformed(file:field:position:reason:)`` for any other value.
    public func elements() throws(FileError) -> JSONElements {
        guard kind == .array else { throw mismatch("an array") }
        return JSONElements(tape: tape, node: node)
    }

    /// The members of an object.
    ///
    /// - Returns: a sequence that reads the document in place.
    /// - Throws: ``FileError/malformed(file:field:position:reason:)`` for any other value.
    public func members() throws(FileError) -> JSONMembers {
        guard kind == .object else { throw mismatch("an object") }
        return JSONMembers(tape: tape, node: node)
    }
}
