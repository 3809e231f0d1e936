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

    /// The page's part of the tree's columns, in their order, a row a slot; columns without a value may
    /// be missing, so that many columns cost nothing where few are written.
    var columns: [PageColumn] = []

    /// What is known of few nodes only, by slot.
    var marks: [Int: BranchMark] = [:]

    init(number: Int) {
        self.number = number
    }

    func cell(column: Int, slot: Int) -> MetricCell? {
        place(ofColumn: column).flatMap { columns[$0].cells[slot] }
    }

    func place(ofColumn number: Int) -> Int? {
        let place = firstPlace(notBefore: number)
        return place < columns.count && columns[place].number == number ? place : nil
    }

    /// The place of a column, which is made where it is missing.
    mutating func makePlace(ofColumn number: Int, _ kind: MetricKind) -> Int {
        let place = firstPlace(notBefore: number)
        if place == columns.count || columns[place].number != number {
            columns.insert(PageColumn(number: number, cells: MetricCells(of: kind)), at: place)
        }
        return place
    }

    private func firstPlace(notBefore number: Int) -> Int {
        // Mostly every node has every metric.
        if number < columns.count, columns[number].number == number { return number }
        var (low, high) = (0, columns.count)
        while low < high {
            let middle = (low + high) / 2
            if columns[middle].number < number { low = middle + 1 } else { high = middle }
        }
        return low
    }

    mutating func clear(slot: Int) {
        slots[slot] = nil
        count -= 1
        marks[slot] = nil
        for place in columns.indices { columns[place].cells.clear(at: slot) }
    }
}

/// A page's part of a column of the tree's.
struct PageColumn: Equatable, Sendable {
    let number: Int
    var cells: MetricCells
}

extension BranchPage: Equatable {
    static func == (left: BranchPage, right: BranchPage) -> Bool {
        left.number == right.number && left.count == right.count && left.marks == right.marks
            && sameCells(left.slots, right.slots)
            && left.columns.filter { !$0.cells.isVacant }
                == right.columns.filter { !$0.cells.isVacant }
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
