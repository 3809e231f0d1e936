/// The metrics of a sequence: one column a metric, one row a token.
///
/// Columns stand in the order in which they were first written, so the same observers give the
/// same bytes. A copy of the table shares its columns; the first write to a column that is shared
/// copies that column alone.
public struct MetricTable: Equatable, Sendable {
    struct Column: Equatable, Sendable {
        let name: String
        let unit: MetricUnit
        var cells: MetricCells
    }

    var stored: [Column] = []

    /// The number of tokens, with and without values.
    public internal(set) var rowCount = 0

    /// Makes an empty table.
    public init() {}

    /// The names of the metrics, in the order in which they were first written.
    public var names: [String] { stored.map(\.name) }

    /// All columns, in the order in which they were first written.
    public var columns: [AnyMetricColumn] {
        stored.map {
            AnyMetricColumn(name: $0.name, unit: $0.unit, count: rowCount, cells: $0.cells)
        }
    }

    /// The column of a metric whose type is not known, nil when there is none of that name.
    ///
    /// - Parameter name: The metric's name.
    /// - Returns: The column, of any kind and unit.
    /// - Complexity: O(*c*) in the number of columns.
    public func column(named name: String) -> AnyMetricColumn? {
        guard let place = stored.firstIndex(where: { $0.name == name }) else { return nil }
        let column = stored[place]
        return AnyMetricColumn(
            name: column.name, unit: column.unit, count: rowCount, cells: column.cells)
    }

    /// The column of a metric, nil when there is none of that name, type and unit.
    ///
    /// - Complexity: O(*c*) in the number of columns; nothing is copied.
    public subscript<Value>(key: MetricKey<Value>) -> MetricColumn<Value>? {
        guard
            let place = stored.firstIndex(where: { $0.name == key.name }),
            stored[place].unit == key.unit,
            let values = Value.metricConformance.read(stored[place].cells)
        else { return nil }
        return MetricColumn(name: key.name, unit: key.unit, count: rowCount, stored: values)
    }

    /// Adds rows without values until the table has the given number of rows.
    ///
    /// - Parameter rowCount: The number of rows wanted; a smaller number changes nothing.
    public mutating func extend(to rowCount: Int) {
        self.rowCount = max(self.rowCount, rowCount)
    }

    /// Adds a column of a name that no other has, which the caller knows, as it does that all values are
    /// of its kind.
    package mutating func appendColumn(
        named name: String, unit: MetricUnit, of kind: MetricKind, cells: [MetricCell?]
    ) {
        var column = Column(name: name, unit: unit, cells: MetricCells(of: kind))
        for (row, cell) in cells.enumerated() {
            guard let cell else { continue }
            let result = column.cells.write(cell, at: row)
            precondition(result == .written, "metric \(name): a value of another kind")
        }
        stored.append(column)
        extend(to: cells.count)
    }
}

extension MetricTable {
    /// The value of one cell; `hint` is the column to look at first.
    func value<Value>(of key: MetricKey<Value>, at row: Int, hint: Int) -> Value? {
        guard let place = place(of: key.name, hint: hint) else { return nil }
        checkUnit(of: key, at: place)
        guard let values = Value.metricConformance.read(stored[place].cells) else {
            refuseKind(of: key, at: place)
        }
        return row < values.count ? values[row] : nil
    }

    /// Writes one cell in place; `hint` is the column to look at first.
    ///
    /// Specialised for the commonest kind: without it two thirds of the time goes to looking up
    /// generic metadata at run time.
    @specialized(where Value == Double)
    @specialized(where Value == Int)
    mutating func write<Value>(
        _ value: Value?, for key: MetricKey<Value>, at row: Int, hint: inout Int
    ) {
        let conformance = Value.metricConformance
        let place: Int
        if let found = self.place(of: key.name, hint: hint) {
            place = found
            checkUnit(of: key, at: place)
        } else {
            guard value != nil else { return }
            place = stored.count
            stored.append(Column(name: key.name, unit: key.unit, cells: conformance.wrap([])))
        }
        hint = place + 1
        switch conformance.write(value, row, &stored[place].cells) {
        case .written: break
        case .notANumber: preconditionFailure("metric \(key.name): NaN is not a value of a trace")
        case .otherKind: refuseKind(of: key, at: place)
        }
        if value != nil { rowCount = max(rowCount, row + 1) }
    }

    /// The place of a column, looking first where the last look-up ended, because observers write
    /// their metrics in the same order for every token.
    private func place(of name: String, hint: Int) -> Int? {
        if hint < stored.count, stored[hint].name == name { return hint }
        return stored.firstIndex { $0.name == name }
    }

    private func checkUnit<Value>(of key: MetricKey<Value>, at place: Int) {
        precondition(
            stored[place].unit == key.unit,
            """
            metric \(key.name): the column is in \(stored[place].unit.rawValue), \
            the key in \(key.unit.rawValue)
            """)
    }

    private func refuseKind<Value>(of key: MetricKey<Value>, at place: Int) -> Never {
        preconditionFailure(
            """
            metric \(key.name): the column holds \(stored[place].cells.kind.name) values, \
            the key is of kind \(key.kind.name)
            """)
    }
}
