/// Everything that a model was made to write from some prompts: a tree with a node for each token.
///
/// A branch is a path from a first token to any node, and is named by that node. Branches that begin
/// alike share their nodes, with their metrics. Nodes are only added and pruned, never changed or moved,
/// so a ``BranchNode/ID`` means the same token after the same tokens for good:
///
/// ```swift
/// var tree = BranchTree(trace)                               // what was written
/// let leaf = tree.leaves[0]
/// let node = tree.path(to: leaf)[7]
/// let other = tree.replace(node, with: [token])              // and what if it were this?
/// tree.name(other[0], "what if")
/// print(tree.trace(of: other[0]).text)
/// ```
///
/// A tree is a value without model or cache: an engine grows it. A copy costs the same whatever the
/// tree's size, and shares its nodes in pages of 64; the first write to a copy copies the table of
/// pages and the page written to.
///
/// Metrics belong to nodes, so to all branches through a node: what a later token changes of an earlier
/// one's, as received attention does, is as the branch that wrote last left it.
public struct BranchTree: Sendable {
    /// A metric's column, of which each page holds its part.
    struct Column: Equatable, Sendable {
        let name: String
        let unit: MetricUnit
        let kind: MetricKind
    }

    /// What must be known to make the branches again; its settings are for tokens that nobody's made.
    public var header: TraceHeader

    /// The number of nodes.
    public internal(set) var count = 0

    /// The name of the node that is added next.
    public internal(set) var nextID = BranchNode.ID(0)

    /// The first tokens of sequences, the oldest first.
    public internal(set) var roots: [BranchNode.ID] = []

    /// All settings that made a token, in the order of their first use.
    public internal(set) var settings: [GenerationSettings] = []

    /// The nodes with a name of their own; a name is unique in a tree.
    public internal(set) var names: [String: BranchNode.ID] = [:]

    /// What was noted of nodes.
    public internal(set) var notes: [BranchNode.ID: String] = [:]

    /// In ascending order of their numbers; none is without a node.
    var pages: [BranchPage] = []
    var columns: [Column] = []

    /// Makes a tree without nodes.
    ///
    /// - Parameter header: What must be known to make the branches again.
    public init(header: TraceHeader) {
        self.header = header
    }

    /// Whether there is no node.
    public var isEmpty: Bool { count == 0 }

    /// The node of a name, nil where there is none, or none any more.
    ///
    /// - Complexity: O(1), and O(log *n*) once whole pages of nodes were pruned.
    public subscript(id: BranchNode.ID) -> BranchNode? { slot(id)?.node }

    /// Whether there is a node of a name.
    ///
    /// - Parameter id: A node's name, or what once was one.
    /// - Returns: Whether the node is in the tree.
    public func contains(_ id: BranchNode.ID) -> Bool { place(of: id) != nil }

    /// All nodes, the oldest first; so every node comes after its parent.
    public var nodes: some Sequence<BranchNode> {
        pages.lazy.flatMap { $0.slots.lazy.compactMap { $0?.node } }
    }

    /// The settings that made a node's token, with their seed; nil where none did, as for a prompt's.
    ///
    /// - Parameter id: A node of the tree.
    /// - Returns: The settings.
    public func settings(of id: BranchNode.ID) -> GenerationSettings? {
        node(id).settings.map { settings[$0] }
    }
}

extension BranchTree: Equatable {
    /// Whether two trees have the same nodes, by the same names, and the same of all else.
    ///
    /// - Complexity: O(*n*) in the number of nodes and cells.
    public static func == (left: BranchTree, right: BranchTree) -> Bool {
        left.header == right.header && left.count == right.count && left.nextID == right.nextID
            && left.roots == right.roots && left.settings == right.settings
            && left.names == right.names && left.notes == right.notes
            && left.columns == right.columns && left.pages == right.pages
    }
}

extension BranchTree {
    /// Where a node is kept.
    struct Place {
        let page: Int
        let slot: Int
    }

    func place(of id: BranchNode.ID) -> Place? {
        guard let page = pageIndex(of: id.rawValue >> BranchPage.shift) else { return nil }
        let slot = id.rawValue & (BranchPage.slotCount - 1)
        guard slot < pages[page].slots.count, pages[page].slots[slot] != nil else { return nil }
        return Place(page: page, slot: slot)
    }

    private func pageIndex(of number: Int) -> Int? {
        // Until whole pages are pruned, a page stands in the place of its number.
        if number < pages.count, pages[number].number == number { return number }
        var (low, high) = (0, pages.count)
        while low < high {
            let middle = (low + high) / 2
            if pages[middle].number < number { low = middle + 1 } else { high = middle }
        }
        return low < pages.count && pages[low].number == number ? low : nil
    }

    /// Where a node is kept that must be in the tree.
    func place(ofKnown id: BranchNode.ID) -> Place {
        guard let place = place(of: id) else {
            preconditionFailure("the tree has no node \(id)")
        }
        return place
    }

    func slot(_ id: BranchNode.ID) -> BranchSlot? {
        place(of: id).flatMap { pages[$0.page].slots[$0.slot] }
    }

    func knownSlot(_ id: BranchNode.ID) -> BranchSlot {
        guard let slot = slot(id) else { preconditionFailure("the tree has no node \(id)") }
        return slot
    }

    /// A node that must be in the tree.
    func node(_ id: BranchNode.ID) -> BranchNode { knownSlot(id).node }

    func mark(_ id: BranchNode.ID) -> BranchMark? {
        let place = place(ofKnown: id)
        return pages[place.page].marks[place.slot]
    }

    mutating func changeMark(of id: BranchNode.ID, _ change: (inout BranchMark) -> Void) {
        let place = place(ofKnown: id)
        var mark = pages[place.page].marks[place.slot] ?? BranchMark()
        change(&mark)
        pages[place.page].marks[place.slot] = mark.isEmpty ? nil : mark
    }
}
