extension JSONValue {
    /// Where the value is, such as `model.merges[3]`; nil for the outermost value.
    ///
    /// - Complexity: O(values before it); meant for messages.
    public var path: String? {
        guard node != 0 else { return tape.rootName }
        var path = ""
        var container = 0
        while container != node {
            guard let child = tape.child(of: container, around: node) else { break }
            if let key = child.key {
                path += path.isEmpty ? "" : "."
                path += shownInMessage(String(decoding: tape.utf8(key), as: UTF8.self))
            } else {
                path += "[\(child.index)]"
            }
            container = child.node
        }
        return path
    }

    /// The error that this value is wrong, naming its file, path and byte position.
    ///
    /// - Parameter reason: what is wrong, such as `must be positive`.
    /// - Returns: ``FileError/malformed(file:field:position:reason:)``.
    /// - Complexity: O(values before it).
    public func error(_ reason: String) -> FileError {
        .malformed(
            file: tape.contents.name, field: path, position: byteRange.lowerBound, reason: reason)
    }

    /// The error that this value is not what it must be.
    ///
    /// - Parameter expected: what it must be, such as `a positive integer`.
    /// - Returns: ``error(_:)`` with the text "must be …, found …".
    /// - Complexity: O(values before it).
    public func mismatch(_ expected: String) -> FileError {
        error("must be \(expected), found \(shown)")
    }

    /// The value for messages: short scalars as they stand, containers by their kind.
    var shown: String {
        switch kind {
        case .array: "an array"
        case .object: "an object"
        default: shownInMessage(lexemePrefix(200), limit: 40)
        }
    }

    private func lexemePrefix(_ length: Int) -> String {
        String(decoding: tape.contents.copy(tape.range(node).prefix(length)), as: UTF8.self)
    }
}

extension JSONTape {
    /// The child of a container that is, or holds, `node`, with its key's node in an object.
    fileprivate func child(
        of container: Int, around node: Int
    ) -> (node: Int, key: Int?, index: Int)? {
        guard isContainer(container) else { return nil }
        let isObject = kind(container) == .object
        var child = container + 2
        for index in 0..<count(container) {
            let value = isObject ? child + 1 : child
            let following = next(value)
            if node < following { return (value, isObject ? child : nil, index) }
            child = following
        }
        return nil
    }

    /// Throws at the first object, in the order of the text, that holds a key twice.
    func refuseDuplicateKeys() throws(FileError) {
        var node = 0
        while node < nodes.count {
            guard isContainer(node) else {
                node += 1
                continue
            }
            if kind(node) == .object { try refuseDuplicateKeys(in: node) }
            node += 2
        }
    }

    private func refuseDuplicateKeys(in object: Int) throws(FileError) {
        let members = JSONMembers(tape: self, node: object)
        guard members.count > 1 else { return }
        var seen: Set<[UInt8]> = []
        seen.reserveCapacity(members.count)
        for (key, value) in members where !seen.insert(key.utf8).inserted {
            throw value.error("the key is there twice")
        }
    }
}
