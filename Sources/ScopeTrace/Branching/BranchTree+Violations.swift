extension BranchTree {
    /// What is wrong with the tree's inside; empty for every tree that its operations can make.
    ///
    /// For tests, which ask after every operation.
    ///
    /// - Complexity: O(*n*) in the number of nodes and cells.
    package var violations: [String] {
        pageViolations + nodes.flatMap { violations(of: $0) } + linkViolations + labelViolations
    }

    private var pageViolations: [String] {
        var found: [String] = []
        if zip(pages, pages.dropFirst()).contains(where: { $0.number >= $1.number }) {
            found.append("the pages are out of order")
        }
        if pages.reduce(0, { $0 + $1.count }) != count { found.append("the count is wrong") }
        for page in pages {
            let present = page.slots.count { $0 != nil }
            if present == 0 { found.append("page \(page.number) is empty") }
            if present != page.count { found.append("page \(page.number) counts \(page.count)") }
            if page.slots.count > BranchPage.slotCount {
                found.append("page \(page.number) is too long")
            }
            for (slot, content) in page.slots.enumerated() {
                let id = page.number << BranchPage.shift | slot
                if let content, content.node.id.rawValue != id {
                    found.append("node \(content.node.id) lies in the place of \(id)")
                }
                let isMeasured = page.columns.contains { $0.cells[slot] != nil }
                if content == nil, isMeasured || page.marks[slot] != nil {
                    found.append("node \(id) is gone and left something behind")
                }
            }
            let parts = page.columns
            if zip(parts, parts.dropFirst()).contains(where: { $0.number >= $1.number }) {
                found.append("the columns of page \(page.number) are out of order")
            }
            for part in parts {
                let isFitting =
                    columns.indices.contains(part.number)
                    && columns[part.number].kind == part.cells.kind
                    && part.cells.storedCount <= page.slots.count
                if !isFitting { found.append("column \(part.number) of page \(page.number)") }
            }
        }
        if Set(columns.map(\.name)).count != columns.count {
            found.append("two columns have one name")
        }
        return found
    }

    private func violations(of node: BranchNode) -> [String] {
        var found: [String] = []
        let parent = node.parent.flatMap { self[$0] }
        let token = node.token
        if node.id >= nextID { found.append("node \(node.id) has a name to come") }
        if let id = node.parent, parent == nil { found.append("\(node.id) hangs on \(id)") }
        if let parent, parent.id >= node.id { found.append("\(node.id) is older than its parent") }
        if token.index.rawValue != (parent.map { $0.token.index.rawValue + 1 } ?? 0) {
            found.append("node \(node.id) has index \(token.index)")
        }
        let start = parent?.token.sequenceSpan.upperBound ?? 0
        if token.sequenceSpan != start..<start + token.bytes.count {
            found.append("node \(node.id) has sequence span \(token.sequenceSpan)")
        }
        if node.sourceEnd != max(parent?.sourceEnd ?? 0, token.sourceSpan?.upperBound ?? 0) {
            found.append("node \(node.id) has source end \(node.sourceEnd)")
        }
        if let made = node.settings, !settings.indices.contains(made) {
            found.append("node \(node.id) has settings \(made)")
        }
        return found
    }

    private var linkViolations: [String] {
        var found: [String] = []
        var reached = 0
        for parent in [nil] + nodes.map({ $0.id }) {
            let children = children(of: parent)
            reached += children.count
            if zip(children, children.dropFirst()).contains(where: { $0 >= $1 }) {
                found.append("children out of order: \(children)")
            }
            for child in children where self[child]?.parent != parent {
                found.append("\(child) is listed as a child of \(parent.map(\.description) ?? "-")")
            }
            if let parent, knownSlot(parent).lastChild != children.last {
                found.append("node \(parent) has another last child")
            }
        }
        if reached != count { found.append("\(reached) of \(count) nodes are reached") }
        return found
    }

    private var labelViolations: [String] {
        var found: [String] = []
        for (name, id) in names where name.isEmpty || !contains(id) {
            found.append("\"\(name)\" names \(id)")
        }
        if Set(names.values).count != names.count { found.append("a node has two names") }
        for (id, note) in notes where note.isEmpty || !contains(id) {
            found.append("a note on \(id)")
        }
        return found
    }
}
