extension MetricCells {
    /// A column of a kind, without values.
    init(of kind: MetricKind) {
        self =
            switch kind {
            case .double: .double([])
            case .int: .int([])
            case .bool: .bool([])
            case .string: .string([])
            case .ids: .ids([])
            case .row: .row([])
            case .opaque(let name): .opaque(kind: name, [])
            }
    }

    /// Whether no row has a value.
    var isVacant: Bool { (0..<storedCount).allSatisfy { self[$0] == nil } }

    /// Takes a row's value away.
    mutating func clear(at row: Int) {
        guard row < storedCount else { return }
        switch self {
        case .double: _ = Double.metricConformance.write(nil, row, &self)
        case .int: _ = Int.metricConformance.write(nil, row, &self)
        case .bool: _ = Bool.metricConformance.write(nil, row, &self)
        case .string: _ = String.metricConformance.write(nil, row, &self)
        case .ids: _ = TokenIDs.metricConformance.write(nil, row, &self)
        case .row: _ = MetricRow.metricConformance.write(nil, row, &self)
        case .opaque: writeOpaque(.null, at: row)
        }
    }

    /// Puts a value of any kind in its row.
    mutating func write(_ cell: MetricCell, at row: Int) -> CellWriting {
        switch cell {
        case .double(let value): return Double.metricConformance.write(value, row, &self)
        case .int(let value): return Int.metricConformance.write(value, row, &self)
        case .bool(let value): return Bool.metricConformance.write(value, row, &self)
        case .string(let value): return String.metricConformance.write(value, row, &self)
        case .ids(let value): return TokenIDs.metricConformance.write(value, row, &self)
        case .row(let value): return MetricRow.metricConformance.write(value, row, &self)
        case .opaque(let value):
            guard case .opaque = self else { return .otherKind }
            writeOpaque(value, at: row)
            return .written
        }
    }

    private mutating func writeOpaque(_ value: OpaqueValue, at row: Int) {
        guard case .opaque(let kind, var values) = self else { return }
        self = .vacant
        while values.count <= row { values.append(.null) }
        values[row] = value
        self = .opaque(kind: kind, values)
    }
}
