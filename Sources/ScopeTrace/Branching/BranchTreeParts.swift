/// A tree as lists, the form in which it is written to files.
///
/// Places in the sequence follow from the parents, so a file cannot contradict itself there.
package struct BranchTreeParts {
    package struct Node: Codable {
        package var id: Int
        package var parent: Int?
        package var token: Int
        package var bytes: [UInt8]
        package var sourceSpan: Range<Int>?
        package var origin: TokenOrigin
        package var role: TokenRole
        package var settings: Int?

        package init(
            id: Int, parent: Int?, token: Int, bytes: [UInt8], sourceSpan: Range<Int>?,
            origin: TokenOrigin, role: TokenRole, settings: Int?
        ) {
            self.id = id
            self.parent = parent
            self.token = token
            self.bytes = bytes
            self.sourceSpan = sourceSpan
            self.origin = origin
            self.role = role
            self.settings = settings
        }
    }

    /// Something that is known of one node.
    package struct Label<Value: Codable>: Codable {
        package var node: Int
        package var value: Value

        package init(node: Int, value: Value) {
            self.node = node
            self.value = value
        }
    }

    package var header: TraceHeader
    package var nextID = 0
    package var settings: [GenerationSettings] = []
    package var nodes: [Node] = []
    /// A row for each of the nodes, in their order.
    package var metrics = MetricTable()
    package var names: [Label<String>] = []
    package var notes: [Label<String>] = []
    package var edits: [Label<BranchEdit>] = []
    package var ends: [Label<BranchEnd>] = []
    package var documentMaps: [Label<DocumentMap>] = []

    package init(header: TraceHeader) {
        self.header = header
    }
}

extension BranchTree {
    /// Numbers of nodes stay below what every reader of JSON reads exactly.
    package static let idLimit = 1 << 53

    /// The tree as lists.
    package var parts: BranchTreeParts {
        var parts = BranchTreeParts(header: header)
        parts.nextID = nextID.rawValue
        parts.settings = settings
        var cells = columns.map { MetricCells(of: $0.kind) }
        for page in pages {
            for (place, slot) in page.slots.enumerated() {
                guard let slot else { continue }
                let row = parts.nodes.count
                parts.nodes.append(BranchTreeParts.Node(slot.node))
                for part in page.columns {
                    guard let cell = part.cells[place] else { continue }
                    _ = cells[part.number].write(cell, at: row)
                }
                guard let mark = page.marks[place] else { continue }
                let node = slot.node.id.rawValue
                if let edit = mark.edit { parts.edits.append(.init(node: node, value: edit)) }
                if let end = mark.end { parts.ends.append(.init(node: node, value: end)) }
                if let map = mark.documentMap {
                    parts.documentMaps.append(.init(node: node, value: map))
                }
            }
        }
        parts.metrics.extend(to: parts.nodes.count)
        for (column, cells) in zip(columns, cells) {
            parts.metrics.stored.append(
                MetricTable.Column(name: column.name, unit: column.unit, cells: cells))
        }
        for (name, id) in names { parts.names.append(.init(node: id.rawValue, value: name)) }
        for (id, note) in notes { parts.notes.append(.init(node: id.rawValue, value: note)) }
        parts.names.sort { $0.node < $1.node }
        parts.notes.sort { $0.node < $1.node }
        return parts
    }

    /// Makes a tree of lists that anybody may have written.
    ///
    /// - Parameter parts: The lists.
    /// - Throws: ``BranchTreeError`` that names the list, the place in it and the field.
    package init(_ parts: BranchTreeParts) throws(BranchTreeError) {
        self.init(header: parts.header)
        settings = parts.settings
        columns = parts.metrics.stored.map {
            Column(name: $0.name, unit: $0.unit, kind: $0.cells.kind)
        }
        guard parts.metrics.rowCount <= parts.nodes.count else {
            throw BranchTreeError(
                field: "metrics",
                reason: "has \(parts.metrics.rowCount) rows for \(parts.nodes.count) nodes")
        }
        for (row, node) in parts.nodes.enumerated() { try add(node, at: row) }
        // By column, so that columns without values cost nothing.
        for (number, column) in parts.metrics.stored.enumerated() {
            for row in 0..<column.cells.storedCount {
                guard let cell = column.cells[row] else { continue }
                let place = place(ofKnown: BranchNode.ID(parts.nodes[row].id))
                write(cell, column: number, at: place)
            }
        }
        guard (nextID.rawValue...Self.idLimit).contains(parts.nextID) else {
            throw BranchTreeError(
                field: "nextID",
                reason: "is \(parts.nextID), not from \(nextID) to \(Self.idLimit)")
        }
        nextID = BranchNode.ID(parts.nextID)
        try addLabels(parts)
    }

    private mutating func add(_ node: BranchTreeParts.Node, at row: Int) throws(BranchTreeError) {
        func fault(_ field: String, _ reason: String) -> BranchTreeError {
            BranchTreeError(field: "nodes[\(row)].\(field)", reason: reason)
        }
        guard node.id >= nextID.rawValue, node.id < Self.idLimit else {
            throw fault(
                "id", "is \(node.id), not above that of the node before and below \(Self.idLimit)")
        }
        var parent: BranchNode?
        if let number = node.parent {
            guard let id = BranchNode.ID(rawValue: number), let found = self[id] else {
                throw fault("parent", "is \(number), which is no node before this one")
            }
            parent = found
        }
        if let made = node.settings, !settings.indices.contains(made) {
            throw fault("settings", "is \(made), of \(settings.count) settings")
        }
        guard node.token >= 0 else { throw fault("token", "must not be negative") }
        if let span = node.sourceSpan, span.lowerBound < 0 {
            throw fault("sourceSpan", "begins before the source")
        }
        nextID = BranchNode.ID(node.id)
        let start = parent?.token.sequenceSpan.upperBound ?? 0
        let token = TokenRecord(
            index: TokenIndex(parent.map { $0.token.index.rawValue + 1 } ?? 0), id: node.token,
            bytes: node.bytes, sequenceSpan: start..<start + node.bytes.count,
            sourceSpan: node.sourceSpan, origin: node.origin, role: node.role)
        _ = add(token, to: parent, settings: node.settings)
    }

    private mutating func addLabels(_ parts: BranchTreeParts) throws(BranchTreeError) {
        var named: Set<BranchNode.ID> = []
        for (place, label) in parts.names.enumerated() {
            let id = try known(label, "names", place)
            guard !label.value.isEmpty, names[label.value] == nil, named.insert(id).inserted else {
                throw BranchTreeError(
                    field: "names[\(place)]",
                    reason: "must be a name of its own for a node that has none")
            }
            names[label.value] = id
        }
        for (place, label) in parts.notes.enumerated() {
            let id = try known(label, "notes", place)
            guard !label.value.isEmpty, notes[id] == nil else {
                throw BranchTreeError(
                    field: "notes[\(place)]", reason: "must be a text for a node that has none")
            }
            notes[id] = label.value
        }
        for (place, label) in parts.edits.enumerated() {
            let id = try known(label, "edits", place)
            guard edit(of: id) == nil else { throw .twice("edits", place, id) }
            for replaced in [label.value.first, label.value.last].compactMap(\.self)
            where replaced >= id {
                throw BranchTreeError(
                    field: "edits[\(place)]",
                    reason: "node \(id) cannot replace node \(replaced), which came later")
            }
            setEdit(label.value, of: id)
        }
        for (place, label) in parts.ends.enumerated() {
            let id = try known(label, "ends", place)
            guard end(of: id) == nil else { throw .twice("ends", place, id) }
            let end = node(id).token.sequenceSpan.upperBound
            if let match = label.value.stopMatch, !(0...end).contains(match.start) {
                throw BranchTreeError(
                    field: "ends[\(place)].stopMatch",
                    reason: "begins at byte \(match.start) of \(end)")
            }
            setEnd(label.value, of: id)
        }
        for (place, label) in parts.documentMaps.enumerated() {
            let id = try known(label, "documentMaps", place)
            guard mark(id)?.documentMap == nil else { throw .twice("documentMaps", place, id) }
            let end = node(id).token.sequenceSpan.upperBound
            guard label.value.sequenceByteCount <= end else {
                throw BranchTreeError(
                    field: "documentMaps[\(place)]",
                    reason: "is of \(label.value.sequenceByteCount) bytes, the branch of \(end)")
            }
            setDocumentMap(label.value, of: id)
        }
    }

    /// The node that something is said of.
    private func known<Value: Codable>(
        _ label: BranchTreeParts.Label<Value>, _ list: String, _ place: Int
    ) throws(BranchTreeError) -> BranchNode.ID {
        guard let id = BranchNode.ID(rawValue: label.node), contains(id) else {
            throw BranchTreeError(
                field: "\(list)[\(place)].node", reason: "is \(label.node), which is no node")
        }
        return id
    }
}

extension BranchTreeError {
    fileprivate static func twice(
        _ list: String, _ place: Int, _ id: BranchNode.ID
    ) -> BranchTreeError {
        BranchTreeError(field: "\(list)[\(place)].node", reason: "is \(id) for the second time")
    }
}

extension BranchTreeParts.Node {
    init(_ node: BranchNode) {
        self.init(
            id: node.id.rawValue, parent: node.parent?.rawValue, token: node.token.id,
            bytes: node.token.bytes, sourceSpan: node.token.sourceSpan,
            origin: node.token.origin, role: node.token.role, settings: node.settings)
    }
}
