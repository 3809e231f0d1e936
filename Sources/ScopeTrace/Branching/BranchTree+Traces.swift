extension BranchTree {
    /// Makes a tree of one branch.
    ///
    /// - Parameter trace: The trace, which ``trace(of:)`` gives back for the tree's leaf.
    /// - Complexity: O(*n* · *c*) in the numbers of tokens and metrics.
    public init(_ trace: TokenTrace) {
        self.init(header: trace.header)
        columns = trace.metrics.stored.map {
            Column(name: $0.name, unit: $0.unit, kind: $0.cells.kind)
        }
        add(trace, from: 0, after: nil, columns: Array(columns.indices))
    }

    /// Adds the tokens of a trace from one on, with their metrics, and why it ended.
    ///
    /// The trace's tokens before that one are taken to be those of the branch to `parent`; only their
    /// number is checked. Tokens of the prompt have no settings of their own, all others the trace's.
    ///
    /// - Parameters:
    ///   - trace: The trace.
    ///   - start: The first token to add.
    ///   - parent: The node before it, nil where it is the trace's first.
    /// - Returns: The new nodes' names.
    /// - Throws: ``BranchTreeError`` when a metric's name is taken by one of another type or unit, or
    ///   the branch to `parent` is not as long in tokens and bytes as the trace is before `start`; the
    ///   tree is then as it was.
    /// - Complexity: O(*n* · *c*) in the numbers of new tokens and metrics.
    @discardableResult
    public mutating func append(
        _ trace: TokenTrace, from start: TokenIndex, to parent: BranchNode.ID?
    ) throws(BranchTreeError) -> [BranchNode.ID] {
        let before = parent.map { node($0) }
        let (length, bytes) = (
            before.map { $0.token.index.rawValue + 1 } ?? 0,
            before?.token.sequenceSpan.upperBound ?? 0
        )
        guard start.rawValue == length else {
            throw BranchTreeError(
                field: nil,
                reason: "token \(start) of a trace cannot follow a branch of \(length) tokens")
        }
        if start.rawValue < trace.tokens.count {
            let begin = trace.tokens[start.rawValue].sequenceSpan.lowerBound
            guard begin == bytes else {
                throw BranchTreeError(
                    field: nil,
                    reason: "token \(start) of a trace begins at byte \(begin), the branch ends "
                        + "at \(bytes)")
            }
        }
        let columns = try columns(for: trace.metrics)
        return add(trace, from: start.rawValue, after: parent, columns: columns)
    }

    /// Adds a trace, which shares the nodes that it begins with.
    ///
    /// A node is shared where token, place, origin and settings are the same and the nodes before it are
    /// shared as well; its metrics become the trace's. So several samples of one prompt make a tree.
    ///
    /// - Parameter trace: The trace.
    /// - Returns: The names of its nodes, one for each token.
    /// - Throws: ``BranchTreeError`` when a metric's name is taken by one of another type or unit; the
    ///   tree is then as it was.
    /// - Complexity: O(*n* · *c*) in the numbers of tokens and metrics, and in the branches that begin
    ///   alike.
    @discardableResult
    public mutating func graft(_ trace: TokenTrace) throws(BranchTreeError) -> [BranchNode.ID] {
        let columns = try columns(for: trace.metrics)
        var shared: [BranchNode.ID] = []
        for token in trace.tokens {
            let made = token.origin == .prompt ? nil : trace.header.settings
            let found = children(of: shared.last).first { child in
                node(child).token == token && settings(of: child) == made
            }
            guard let found else { break }
            shared.append(found)
        }
        for (row, id) in shared.enumerated() {
            setMetrics(from: trace.metrics, row: row, columns: columns, of: id)
        }
        let rest = add(trace, from: shared.count, after: shared.last, columns: columns)
        return shared + rest
    }

    /// The trace of a branch: its tokens with their metrics, as if it had been written at one go.
    ///
    /// The header's settings are those that made the last token that settings made, and the tree's where
    /// none did. Metrics that no token of the branch has are left out.
    ///
    /// - Parameter id: A node of the tree.
    /// - Returns: The trace of the tokens up to the node.
    /// - Complexity: O(*d* · *c*) in the numbers of tokens and metrics.
    public func trace(of id: BranchNode.ID) -> TokenTrace {
        let path = path(to: id)
        let places = path.map { place(ofKnown: $0) }
        var trace = TokenTrace(header: header)
        for id in path { trace.append(node(id).token) }
        if let made = path.last(where: { node($0).settings != nil }).flatMap({ settings(of: $0) }) {
            trace.header.settings = made
        }
        for (number, column) in columns.enumerated() {
            var cells = MetricCells(of: column.kind)
            for (row, place) in places.enumerated() {
                guard let cell = pages[place.page].cell(column: number, slot: place.slot) else {
                    continue
                }
                _ = cells.write(cell, at: row)
            }
            guard cells.storedCount > 0 else { continue }
            trace.metrics.stored.append(
                MetricTable.Column(name: column.name, unit: column.unit, cells: cells))
        }
        if let end = end(of: id) {
            trace.stopReason = end.stopReason
            trace.stopMatch = end.stopMatch
            trace.summary = end.summary
        }
        trace.documentMap = documentMap(of: id)
        return trace
    }

    @discardableResult
    private mutating func add(
        _ trace: TokenTrace, from start: Int, after parent: BranchNode.ID?, columns: [Int]
    ) -> [BranchNode.ID] {
        var ids: [BranchNode.ID] = []
        var last = parent.map { node($0) }
        for token in trace.tokens[min(start, trace.tokens.count)...] {
            let made =
                token.origin == .prompt ? nil : place(of: trace.header.settings, near: last)
            let id = add(token, to: last, settings: made)
            setMetrics(from: trace.metrics, row: token.index.rawValue, columns: columns, of: id)
            ids.append(id)
            last = node(id)
        }
        if let last, ids.last == last.id || start == trace.tokens.count {
            let end = BranchEnd(
                stopReason: trace.stopReason, stopMatch: trace.stopMatch, summary: trace.summary)
            if end != BranchEnd() { setEnd(end, of: last.id) }
            if let map = trace.documentMap, map != documentMap(of: last.id) {
                setDocumentMap(map, of: last.id)
            }
        }
        return ids
    }
}
