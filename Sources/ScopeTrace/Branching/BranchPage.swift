/// The nodes of 64 neighbouring numbers with their metrics: what a write to a shared tree copies.
struct BranchPage: Sendable {
    static let shift = 6
    static let slotCount = 1 << shift

    /// The numbers of the first node that could be here, divided by the number of slots.
    let number: Int

    /// The nodes; slots past the end are vacant.
    var slots: [BranchSlot?] = []

    /// How many slots hold a node.
    var count = 0

    /// A column for each of the tree's, one row a slot; columns past the end are vacant.
    var cells: [MetricCells] = []

    /// What is known of few nodes only, by slot.
    var marks: [Int: BranchMark] = [:]

    init(number: Int) {
        self.number = number
    }

    func cell(column: Int, slot: Int) -> MetricCell? {
        column < cells.count ? cells[column][slot] : nil
    }

    mutating func clear(slot: Int) {
        slots[slot] = nil
        count -= 1
        marks[slot] = nil
        for column in cells.indices { cells[column].clear(at: slot) }
    }
}

extension BranchPage: Equatable {
    static func == (left: BranchPage, right: BranchPage) -> Bool {
        guard left.number == right.number, left.count == right.count, left.marks == right.marks,
            sameCells(left.slots, right.slots)
        else { return false }
        for column in 0..<max(left.cells.count, right.cells.count) {
            let isSame =
                switch (column < left.cells.count, column < right.cells.count) {
                case (true, true): left.cells[column] == right.cells[column]
                case (true, false): left.cells[column].isVacant
                case (false, true): right.cells[column].isVacant
                case (false, false): true
                }
            if !isSame { return false }
        }
        return true
    }
}

/// A node with its links to its children, whose numbers grow from the first to the last.
struct BranchSlot: Equatable, Sendable {
    let node: BranchNode
    var firstChild: BranchNode.ID?
    var lastChild: BranchNode.ID?
    var nextSibling: BranchNode.ID?
}

/// What is known of few nodes only.
struct BranchMark: Equatable, Sendable {
    var end: BranchEnd?
    var edit: BranchEdit?
    var documentMap: DocumentMap?

    var isEmpty: Bool { end == nil && edit == nil && documentMap == nil }
}
