import ScopeTrace
import Testing

/// What a tree of branches is, said as plainly as can be: a dictionary, and loops over all of it.
struct NaiveTree {
    struct Node: Equatable {
        var parent: Int?
        var id: Int
        var bytes: [UInt8]
        var sourceSpan: Range<Int>?
        var origin: TokenOrigin
        var role: TokenRole
        var settings: GenerationSettings?
        var metrics: [String: MetricCell] = [:]
        var end: BranchEnd?
    }

    var nodes: [Int: Node] = [:]
    var next = 0
    var names: [String: Int] = [:]
    var notes: [Int: String] = [:]

    mutating func append(
        _ token: BranchToken, to parent: Int?, settings: GenerationSettings?
    ) -> Int {
        let source = (parent.map(path) ?? []).compactMap { nodes[$0]?.sourceSpan?.upperBound }
        let start = source.max() ?? 0
        let written = token.role == .text ? start..<start + token.bytes.count : nil
        nodes[next] = Node(
            parent: parent, id: token.id, bytes: token.bytes,
            sourceSpan: token.sourceSpan ?? written, origin: token.origin, role: token.role,
            settings: settings)
        next += 1
        return next - 1
    }

    func path(to node: Int) -> [Int] {
        var path = [node]
        while let parent = nodes[path[0]]?.parent { path.insert(parent, at: 0) }
        return path
    }

    func children(of node: Int?) -> [Int] {
        nodes.filter { $0.value.parent == node }.keys.sorted()
    }

    func leaves(from node: Int) -> [Int] {
        let children = children(of: node)
        return children.isEmpty ? [node] : children.flatMap { leaves(from: $0) }
    }

    func lowestCommonAncestor(_ left: Int, _ right: Int) -> Int? {
        Array(zip(path(to: left), path(to: right))).last { $0 == $1 }?.0
    }

    mutating func prune(_ node: Int) -> [Int] {
        let gone = nodes.keys.filter { path(to: $0).contains(node) }.sorted()
        for id in gone {
            nodes[id] = nil
            notes[id] = nil
        }
        names = names.filter { nodes[$0.value] != nil }
        return gone
    }

    /// Compares with a tree, in all that a tree can be asked.
    func expectSame(_ tree: BranchTree) {
        #expect(tree.violations == [])
        #expect(tree.count == nodes.count)
        #expect(tree.isEmpty == nodes.isEmpty)
        #expect(tree.nextID.rawValue == next)
        #expect(tree.nodes.map(\.id.rawValue) == nodes.keys.sorted())
        #expect(tree.roots.map(\.rawValue) == children(of: nil))
        #expect(
            tree.leaves.map(\.rawValue) == nodes.keys.filter { children(of: $0).isEmpty }.sorted())
        #expect(tree.names.mapValues(\.rawValue) == names)
        #expect(Dictionary(uniqueKeysWithValues: tree.notes.map { ($0.rawValue, $1) }) == notes)
        for (number, node) in nodes { expectSame(tree, number, node) }
    }

    private func expectSame(_ tree: BranchTree, _ number: Int, _ node: Node) {
        let id = BranchNode.ID(number)
        let path = path(to: number)
        let before = path.dropLast().reduce(0) { $0 + (nodes[$1]?.bytes.count ?? 0) }
        let token = TokenRecord(
            index: TokenIndex(path.count - 1), id: node.id, bytes: node.bytes,
            sequenceSpan: before..<before + node.bytes.count, sourceSpan: node.sourceSpan,
            origin: node.origin, role: node.role)
        #expect(tree.contains(id))
        #expect(tree[id]?.parent?.rawValue == node.parent)
        #expect(tree[id]?.token == token)
        #expect(tree.settings(of: id) == node.settings)
        #expect(tree.end(of: id) == node.end)
        #expect(tree.path(to: id).map(\.rawValue) == path)
        #expect(tree.children(of: id).map(\.rawValue) == children(of: number))
        #expect(
            tree.siblings(of: id).map(\.rawValue)
                == children(of: node.parent).filter { $0 != number })
        #expect(tree.isLeaf(id) == children(of: number).isEmpty)
        #expect(tree.leaves(from: id).map(\.rawValue) == leaves(from: number))
        let metrics = tree.metrics(of: id).map { ($0.name, $0.value) }
        #expect(Dictionary(uniqueKeysWithValues: metrics) == node.metrics)
        for (name, cell) in node.metrics { #expect(tree.cell(named: name, of: id) == cell) }
    }
}
