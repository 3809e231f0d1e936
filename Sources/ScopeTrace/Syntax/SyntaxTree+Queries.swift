extension SyntaxTree {
    /// Whether the text has no error and lacks nothing.
    public var isWellFormed: Bool { !(nodes.first?.traits.contains(.hasError) ?? false) }

    /// The depth of every node, 0 for the root.
    ///
    /// - Complexity: O(*n*) in the number of nodes.
    public var depths: [Int] {
        var depths = [Int](repeating: 0, count: nodes.count)
        for (index, node) in nodes.enumerated() {
            if let parent = node.parent { depths[index] = depths[parent] + 1 }
        }
        return depths
    }

    /// The child that a node has under a field's name, nil where it has none.
    ///
    /// - Parameters:
    ///   - name: The field's name.
    ///   - index: A node.
    /// - Returns: The first such child.
    /// - Complexity: O(*c*) in the number of children.
    public func child(_ name: String, of index: Int) -> Int? {
        var child = index + 1
        while child < nodes[index].end {
            if fieldName(of: child) == name { return child }
            child = nodes[child].end
        }
        return nil
    }

    /// The nodes from the root to a node, both included.
    ///
    /// - Parameter index: A node.
    /// - Returns: Their places, the root first.
    /// - Complexity: O(depth).
    public func path(to index: Int) -> [Int] {
        var path = [index]
        while let parent = nodes[path[path.count - 1]].parent { path.append(parent) }
        return path.reversed()
    }
}
