extension BranchTree {
    /// Takes over the branches of another tree; what both have is there once.
    ///
    /// Nodes are the same where token, place, origin and settings are, and where the nodes before them
    /// are the same. Where both have a value, a name, a note or an end, this tree's stays, and only what
    /// it lacks is taken over. A name that this tree gave to another node gets a number after it.
    ///
    /// - Parameter other: The tree to take over.
    /// - Returns: This tree's node for each of the other's.
    /// - Throws: ``BranchTreeError`` when the trees are of different models, or a metric's name is of
    ///   another type or unit in the other; the tree is then as it was.
    /// - Complexity: O(*n* · *c*) in the other's nodes and metrics, and in the branches that begin alike.
    @discardableResult
    public mutating func merge(
        _ other: BranchTree
    ) throws(BranchTreeError) -> [BranchNode.ID: BranchNode.ID] {
        guard header.model == other.header.model else {
            throw BranchTreeError(
                field: "header.model",
                reason: "the trees are of \"\(header.model.name)\" and "
                    + "\"\(other.header.model.name)\"")
        }
        try checkColumns(of: other.columns)
        let columns = other.columns.map { column in
            self.columns.firstIndex(of: column)
                ?? addColumn(column.name, column.unit, column.kind)
        }
        var places: [BranchNode.ID: BranchNode.ID] = [:]
        var taken: Set<BranchNode.ID> = []
        for node in other.nodes {
            let parent = node.parent.flatMap { places[$0] }
            let made = other.settings(of: node.id)
            let own =
                counterpart(of: node, made: made, after: parent, butNot: taken)
                ?? add(
                    node.token, to: parent.map { self.node($0) },
                    settings: made.map { place(of: $0, near: parent.map { self.node($0) }) })
            taken.insert(own)
            places[node.id] = own
            takeOver(node.id, of: other, columns: columns, as: own, places)
        }
        for (name, id) in other.names.sorted(by: { $0.key < $1.key }) {
            guard let own = places[id], self.name(of: own) == nil else { continue }
            names[freeName(name)] = own
        }
        for (id, note) in other.notes {
            if let own = places[id], notes[own] == nil { notes[own] = note }
        }
        return places
    }

    private func counterpart(
        of node: BranchNode, made: GenerationSettings?, after parent: BranchNode.ID?,
        butNot taken: Set<BranchNode.ID>
    ) -> BranchNode.ID? {
        func isSame(_ id: BranchNode.ID) -> Bool {
            !taken.contains(id) && self.node(id).token == node.token && settings(of: id) == made
        }
        // In trees with a common past the node has the same name in both.
        if let same = self[node.id], same.parent == parent, isSame(node.id) { return node.id }
        return children(of: parent).first(where: isSame)
    }

    /// Takes over what is known of a node and not yet of its counterpart here.
    private mutating func takeOver(
        _ id: BranchNode.ID, of other: BranchTree, columns: [Int], as own: BranchNode.ID,
        _ places: [BranchNode.ID: BranchNode.ID]
    ) {
        let (source, target) = (other.place(ofKnown: id), place(ofKnown: own))
        for (number, column) in columns.enumerated() {
            guard let cell = other.pages[source.page].cell(column: number, slot: source.slot),
                pages[target.page].cell(column: column, slot: target.slot) == nil
            else { continue }
            write(cell, column: column, at: target)
        }
        guard let mark = other.mark(id) else { return }
        changeMark(of: own) { known in
            known.end = known.end ?? mark.end
            known.documentMap = known.documentMap ?? mark.documentMap
            known.edit =
                known.edit
                ?? mark.edit.map { edit in
                    // Nodes that the other tree lost have no name here.
                    BranchEdit(
                        edit.kind, first: edit.first.flatMap { places[$0] },
                        last: edit.last.flatMap { places[$0] }, border: edit.border)
                }
        }
    }

    private func freeName(_ name: String) -> String {
        var free = name
        var number = 2
        while names[free] != nil {
            free = "\(name) \(number)"
            number += 1
        }
        return free
    }
}
