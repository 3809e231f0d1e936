/// Tokens that follow one another without a branch between them: what a drawing shows as one line.
public struct BranchRun: Hashable, Sendable {
    /// The nodes, at least one, each the one that follows the node before it.
    public let nodes: [BranchNode.ID]

    /// The place in the list of the run that this one follows, nil for the beginning of a sequence.
    public let parent: Int?

    /// The number of runs before it on the path.
    public let depth: Int

    /// The places in the list of the runs that follow.
    public fileprivate(set) var children: [Int] = []
}

extension BranchTree {
    /// The tree with chains of single children compressed to runs.
    ///
    /// A run stands before those that follow it, and the runs after its first child before its second
    /// child, so that lines can be written in the list's order. Every node is in exactly one run.
    ///
    /// - Parameter isStart: Says of a node that a run begins with it even where no branch does.
    /// - Returns: The runs.
    /// - Complexity: O(*n*) in the number of nodes.
    public func runs(startingAt isStart: (BranchNode) -> Bool = { _ in false }) -> [BranchRun] {
        var runs: [BranchRun] = []
        var open = roots.reversed().map { (first: $0, parent: Int?.none) }
        while let (first, parent) = open.popLast() {
            var nodes = [first]
            var children = children(of: first)
            while children.count == 1, !isStart(node(children[0])) {
                nodes.append(children[0])
                children = self.children(of: children[0])
            }
            let place = runs.count
            let depth = parent.map { runs[$0].depth + 1 } ?? 0
            if let parent { runs[parent].children.append(place) }
            runs.append(BranchRun(nodes: nodes, parent: parent, depth: depth))
            open += children.reversed().map { ($0, place) }
        }
        return runs
    }
}
