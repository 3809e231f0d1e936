extension BranchTree {
    /// The nodes that follow a node directly, the oldest first; those of nil are the ``roots``.
    ///
    /// - Parameter id: A node of the tree, or nil.
    /// - Returns: The children's names.
    /// - Complexity: O(*k*) in the number of children.
    public func children(of id: BranchNode.ID?) -> [BranchNode.ID] {
        guard let id else { return roots }
        var children: [BranchNode.ID] = []
        var next = knownSlot(id).firstChild
        while let child = next {
            children.append(child)
            next = knownSlot(child).nextSibling
        }
        return children
    }

    /// The other nodes that stand after the same node, the oldest first.
    ///
    /// - Parameter id: A node of the tree.
    /// - Returns: The siblings' names.
    /// - Complexity: O(*k*) in the number of siblings.
    public func siblings(of id: BranchNode.ID) -> [BranchNode.ID] {
        children(of: node(id).parent).filter { $0 != id }
    }

    /// Whether no node follows a node.
    ///
    /// - Parameter id: A node of the tree.
    /// - Returns: Whether it has no children.
    public func isLeaf(_ id: BranchNode.ID) -> Bool { knownSlot(id).firstChild == nil }

    /// The nodes that none follows, the oldest first.
    ///
    /// - Complexity: O(*n*) in the number of nodes.
    public var leaves: [BranchNode.ID] {
        pages.flatMap { page in
            page.slots.compactMap { slot in
                slot.flatMap { $0.firstChild == nil ? $0.node.id : nil }
            }
        }
    }

    /// The leaves of the branches through a node, in the order of the children on the way.
    ///
    /// - Parameter id: A node of the tree; a leaf is its own.
    /// - Returns: The leaves' names.
    /// - Complexity: O(*n*) in the number of nodes that follow.
    public func leaves(from id: BranchNode.ID) -> [BranchNode.ID] {
        var leaves: [BranchNode.ID] = []
        var open = [id]
        while let next = open.popLast() {
            let children = children(of: next)
            if children.isEmpty { leaves.append(next) } else { open += children.reversed() }
        }
        return leaves
    }

    /// The nodes of a branch, from its first token on.
    ///
    /// - Parameter id: A node of the tree.
    /// - Returns: The names of the nodes up to it; that of token `i` has index `i`.
    /// - Complexity: O(*d*) in the number of tokens of the branch.
    public func path(to id: BranchNode.ID) -> [BranchNode.ID] {
        var path: [BranchNode.ID] = []
        path.reserveCapacity(node(id).token.index.rawValue + 1)
        var next: BranchNode.ID? = id
        while let id = next {
            path.append(id)
            next = node(id).parent
        }
        path.reverse()
        return path
    }

    /// The node of a token of a branch.
    ///
    /// - Parameters:
    ///   - index: A token of the branch.
    ///   - id: A node of the tree.
    /// - Returns: The node's name, nil where the branch has no such token.
    /// - Complexity: O(*d*) in the number of tokens between the two.
    public func node(at index: TokenIndex, onPathTo id: BranchNode.ID) -> BranchNode.ID? {
        var node = node(id)
        guard node.token.index >= index else { return nil }
        while node.token.index > index, let parent = node.parent { node = self.node(parent) }
        return node.id
    }

    /// Whether one node is on the path to another, which may be the same.
    ///
    /// - Parameters:
    ///   - id: A node of the tree.
    ///   - leaf: A node of the tree.
    /// - Returns: Whether the branch to `leaf` goes through `id`.
    /// - Complexity: O(*d*) in the number of tokens between the two.
    public func isOnPath(_ id: BranchNode.ID, to leaf: BranchNode.ID) -> Bool {
        node(at: node(id).token.index, onPathTo: leaf) == id
    }

    /// The last node that two branches share, nil where they share none.
    ///
    /// - Parameters:
    ///   - left: A node of the tree.
    ///   - right: A node of the tree.
    /// - Returns: The lowest common ancestor's name, one of the two where it is on the other's path.
    /// - Complexity: O(*d*) in the number of tokens from it to the two.
    public func lowestCommonAncestor(
        _ left: BranchNode.ID, _ right: BranchNode.ID
    ) -> BranchNode.ID? {
        var (left, right) = (node(left), node(right))
        while left.id != right.id {
            // The one further down goes up; at the same depth both may.
            let isLeftDeeper = left.token.index >= right.token.index
            guard let parent = (isLeftDeeper ? left : right).parent else { return nil }
            if isLeftDeeper { left = node(parent) } else { right = node(parent) }
        }
        return left.id
    }

    /// The nodes that two branches share.
    ///
    /// - Parameters:
    ///   - left: A node of the tree.
    ///   - right: A node of the tree.
    /// - Returns: The names from the first token on; empty where they share none.
    /// - Complexity: O(*d*) in the number of tokens of the longer branch.
    public func commonPrefix(_ left: BranchNode.ID, _ right: BranchNode.ID) -> [BranchNode.ID] {
        lowestCommonAncestor(left, right).map { path(to: $0) } ?? []
    }

    /// The nodes of a branch that hold any of some bytes of its sequence.
    ///
    /// This is where the replacement of a text begins: the nodes are what its bytes must be tokenised
    /// anew with; a border that is not a token's lies in the middle of the first or the last of them.
    ///
    /// - Parameters:
    ///   - bytes: Bytes of the sequence.
    ///   - id: A node of the tree.
    /// - Returns: The names in the branch's order; empty where no token holds any of the bytes.
    /// - Complexity: O(*d*) in the number of tokens after the bytes' beginning.
    public func nodes(
        covering bytes: Range<Int>, onPathTo id: BranchNode.ID
    ) -> [BranchNode.ID] {
        var found: [BranchNode.ID] = []
        var next: BranchNode.ID? = id
        while let id = next {
            let node = node(id)
            if node.token.sequenceSpan.upperBound <= bytes.lowerBound { break }
            if node.token.sequenceSpan.overlaps(bytes) { found.append(id) }
            next = node.parent
        }
        return found.reversed()
    }
}
