extension BranchTree {
    /// The names of all metrics that a node may have, in the order in which they were first written.
    public var metricNames: [String] { columns.map(\.name) }

    /// A node's value of a metric, nil where it has none.
    ///
    /// As in a ``MetricTable``, writing a NaN is a programmer's mistake and stops the program, and so
    /// does a key whose name is taken by a metric of another type or unit.
    ///
    /// - Complexity: O(*c*) in the number of metrics; after a copy, writing copies the node's page.
    public subscript<Value: MetricValue>(id: BranchNode.ID, key: MetricKey<Value>) -> Value? {
        get {
            guard let column = columns.firstIndex(where: { $0.name == key.name }) else {
                return nil
            }
            check(key, column)
            let place = place(ofKnown: id)
            guard let part = pages[place.page].place(ofColumn: column),
                let values = Value.metricConformance.read(pages[place.page].columns[part].cells),
                place.slot < values.count
            else { return nil }
            return values[place.slot]
        }
        set {
            let place = place(ofKnown: id)
            guard
                let column = columns.firstIndex(where: { $0.name == key.name })
                    ?? (newValue == nil ? nil : addColumn(key.name, key.unit, key.kind))
            else { return }
            check(key, column)
            let part = pages[place.page].makePlace(ofColumn: column, key.kind)
            let result = Value.metricConformance.write(
                newValue, place.slot, &pages[place.page].columns[part].cells)
            precondition(
                result == .written, "metric \(key.name): NaN is not a value of a trace")
        }
    }

    /// A node's value of any metric.
    ///
    /// - Parameters:
    ///   - name: The metric's name.
    ///   - id: A node of the tree.
    /// - Returns: The value, nil where the node has none.
    /// - Complexity: O(*c*) in the number of metrics.
    public func cell(named name: String, of id: BranchNode.ID) -> MetricCell? {
        guard let column = columns.firstIndex(where: { $0.name == name }) else { return nil }
        let place = place(ofKnown: id)
        return pages[place.page].cell(column: column, slot: place.slot)
    }

    /// All values of a node, in the order of ``metricNames``.
    ///
    /// - Parameter id: A node of the tree.
    /// - Returns: The metrics that the node has, with their units.
    /// - Complexity: O(*c*) in the number of metrics.
    public func metrics(
        of id: BranchNode.ID
    ) -> [(name: String, unit: MetricUnit, value: MetricCell)] {
        let place = place(ofKnown: id)
        return columns.enumerated().compactMap { number, column in
            pages[place.page].cell(column: number, slot: place.slot).map {
                (column.name, column.unit, $0)
            }
        }
    }

    /// Takes over all values of a trace's token; those of metrics that the token lacks stay.
    ///
    /// So an engine gives a node its metrics, and again when a later token has amended them.
    ///
    /// - Parameters:
    ///   - trace: The trace.
    ///   - index: A token of the trace.
    ///   - id: A node of the tree.
    /// - Throws: ``BranchTreeError`` when a metric's name is taken by one of another type or unit; the
    ///   tree is then as it was.
    /// - Complexity: O(*c*²) in the number of metrics.
    public mutating func setMetrics(
        from trace: TokenTrace, at index: TokenIndex, of id: BranchNode.ID
    ) throws(BranchTreeError) {
        precondition(index.rawValue < trace.tokens.count, "the trace has no token \(index)")
        let columns = try columns(for: trace.metrics)
        setMetrics(from: trace.metrics, row: index.rawValue, columns: columns, of: id)
    }
}

extension BranchTree {
    /// The columns of a table's, made where there are none yet.
    mutating func columns(for table: MetricTable) throws(BranchTreeError) -> [Int] {
        try checkColumns(
            of: table.stored.map {
                Column(name: $0.name, unit: $0.unit, kind: $0.cells.kind)
            })
        return table.stored.map { column in
            columns.firstIndex { $0.name == column.name }
                ?? addColumn(column.name, column.unit, column.cells.kind)
        }
    }

    func checkColumns(of others: [Column]) throws(BranchTreeError) {
        for other in others {
            guard let own = columns.first(where: { $0.name == other.name }), own != other else {
                continue
            }
            throw BranchTreeError(
                field: "metrics.\(other.name)",
                reason: "is \(other.kind.name) in \(other.unit.rawValue), and the tree's "
                    + "\(own.kind.name) in \(own.unit.rawValue)")
        }
    }

    mutating func setMetrics(
        from table: MetricTable, row: Int, columns: [Int], of id: BranchNode.ID
    ) {
        let place = place(ofKnown: id)
        for (column, source) in zip(columns, table.stored) {
            guard let cell = source.cells[row] else { continue }
            write(cell, column: column, at: place)
        }
    }

    /// Writes a value that is of the column's kind, as one that was in a table before is.
    mutating func write(_ cell: MetricCell, column: Int, at place: Place) {
        let part = pages[place.page].makePlace(ofColumn: column, columns[column].kind)
        let result = pages[place.page].columns[part].cells.write(cell, at: place.slot)
        precondition(result == .written, "metric \(columns[column].name): of another kind")
    }

    mutating func addColumn(_ name: String, _ unit: MetricUnit, _ kind: MetricKind) -> Int {
        columns.append(Column(name: name, unit: unit, kind: kind))
        return columns.count - 1
    }

    private func check<Value: MetricValue>(_ key: MetricKey<Value>, _ column: Int) {
        let own = columns[column]
        precondition(
            own.unit == key.unit && own.kind == key.kind,
            """
            metric \(key.name): the tree's is \(own.kind.name) in \(own.unit.rawValue), \
            the key's \(key.kind.name) in \(key.unit.rawValue)
            """)
    }
}
