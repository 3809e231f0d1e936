/// Finds the names of added tokens in a text: of those that start first, the longest.
struct AddedTokenTrie: Sendable {
    private struct Node {
        let byte: UInt8
        var firstChild: Int32 = -1
        var nextSibling: Int32 = -1
        /// The index of the token whose name ends here.
        var token: Int32 = -1
    }

    private var nodes = [Node(byte: 0)]
    private var firstBytes = [Bool](repeating: false, count: 256)

    /// Whether no name is looked for.
    var isEmpty: Bool { nodes.count == 1 }

    /// Adds a name; the same name again is left as it was.
    mutating func insert(_ name: [UInt8], token: Int) {
        guard let first = name.first else { return }
        firstBytes[Int(first)] = true
        var node = 0
        for byte in name {
            if let child = child(of: node, byte) {
                node = child
            } else {
                nodes.append(Node(byte: byte, nextSibling: nodes[node].firstChild))
                nodes[node].firstChild = Int32(nodes.count - 1)
                node = nodes.count - 1
            }
        }
        if nodes[node].token < 0 { nodes[node].token = Int32(token) }
    }

    private func child(of node: Int, _ byte: UInt8) -> Int? {
        var child = nodes[node].firstChild
        while child >= 0 {
            if nodes[Int(child)].byte == byte { return Int(child) }
            child = nodes[Int(child)].nextSibling
        }
        return nil
    }

    /// The next name at `start` or after it.
    ///
    /// - Parameters:
    ///   - bytes: the text.
    ///   - start: where to begin.
    /// - Returns: the token's index and the bytes of the name.
    /// - Complexity: O(bytes), times the longest common prefix of the text and a name.
    func firstMatch(
        in bytes: Span<UInt8>, from start: Int
    ) -> (token: Int, range: Range<Int>)? {
        let firstBytes = firstBytes.span
        var start = start
        while start < bytes.count {
            if firstBytes[Int(bytes[start])], let match = match(in: bytes, at: start) {
                return match
            }
            start += 1
        }
        return nil
    }

    private func match(
        in bytes: Span<UInt8>, at start: Int
    ) -> (token: Int, range: Range<Int>)? {
        var found: (token: Int, range: Range<Int>)?
        var node = 0
        var position = start
        while position < bytes.count, let child = child(of: node, bytes[position]) {
            node = child
            position += 1
            if nodes[node].token >= 0 { found = (Int(nodes[node].token), start..<position) }
        }
        return found
    }
}
