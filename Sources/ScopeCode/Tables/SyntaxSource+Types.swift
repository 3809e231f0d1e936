internal import ScopeTrace

extension SyntaxSource {
    /// The nodes of a type, such as `string`, that have no other node of it below them.
    ///
    /// What the grammar has as the content of a string is found without its quotes; a string that has no
    /// such node is found whole. One that holds more than escapes, such as an interpolation, is left out.
    ///
    /// - Parameters:
    ///   - type: A type of leaves, as tables have it.
    ///   - inner: The types that may stand within.
    /// - Returns: The nodes in the order of the text.
    /// - Complexity: O(nodes).
    package func innermostNodes(ofType type: String, holding inner: Set<String>) -> [Int] {
        let kinds = KindTraits(table, tree: tree)
        var found: [Int] = []
        // The start of the last node of the type, from behind: what begins before its end holds it.
        var nextStart = Int.max
        for index in tree.nodes.indices.reversed() {
            guard kinds.type(of: tree.nodes[index]) == type else { continue }
            let holdsOther = nextStart < tree.nodes[index].end
            nextStart = index
            guard !holdsOther else { continue }
            let holdsMore = (index + 1..<max(index + 1, tree.nodes[index].end)).contains { child in
                guard tree.nodes[child].traits.contains(.named) else { return false }
                return !(kinds.type(of: tree.nodes[child]).map(inner.contains) ?? false)
            }
            if !holdsMore { found.append(index) }
        }
        return found.reversed()
    }
}
