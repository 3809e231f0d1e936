/// The storage of one column: an array of the column's kind.
///
/// Absent values at the end are not stored, so an array may be shorter than the table.
enum MetricCells: Sendable {
    case double([Double?])
    case int([Int?])
    case bool([Bool?])
    case string([String?])
    case ids([TokenIDs?])
    case row([MetricRow?])
    case opaque(kind: String, [OpaqueValue])

    /// What stands in for the array while it is being written; needs no memory.
    static var vacant: MetricCells { .bool([]) }

    var kind: MetricKind {
        switch self {
        case .double: .double
        case .int: .int
        case .bool: .bool
        case .string: .string
        case .ids: .ids
        case .row: .row
        case .opaque(let kind, _): .opaque(kind)
        }
    }

    /// The number of rows that are stored.
    var storedCount: Int {
        switch self {
        case .double(let values): values.count
        case .int(let values): values.count
        case .bool(let values): values.count
        case .string(let values): values.count
        case .ids(let values): values.count
        case .row(let values): values.count
        case .opaque(_, let values): values.count
        }
    }

    /// The value of a row, absent past the end.
    subscript(row: Int) -> MetricCell? {
        guard row < storedCount else { return nil }
        switch self {
        case .double(let values): return values[row].map(MetricCell.double)
        case .int(let values): return values[row].map(MetricCell.int)
        case .bool(let values): return values[row].map(MetricCell.bool)
        case .string(let values): return values[row].map(MetricCell.string)
        case .ids(let values): return values[row].map(MetricCell.ids)
        case .row(let values): return values[row].map(MetricCell.row)
        case .opaque(_, let values):
            return values[row] == .null ? nil : .opaque(values[row])
        }
    }
}

extension MetricCells: Equatable {
    static func == (left: MetricCells, right: MetricCells) -> Bool {
        switch (left, right) {
        case (.double(let left), .double(let right)): sameCells(left, right)
        case (.int(let left), .int(let right)): sameCells(left, right)
        case (.bool(let left), .bool(let right)): sameCells(left, right)
        case (.string(let left), .string(let right)): sameCells(left, right)
        case (.ids(let left), .ids(let right)): sameCells(left, right)
        case (.row(let left), .row(let right)): sameCells(left, right)
        case (.opaque(let leftKind, let left), .opaque(let rightKind, let right)):
            leftKind == rightKind
                && sameCells(left.map(\.unlessNull), right.map(\.unlessNull))
        default: false
        }
    }
}

/// Whether two columns hold the same values, where rows past the end count as absent.
func sameCells<Value: Equatable>(_ left: [Value?], _ right: [Value?]) -> Bool {
    let shared = min(left.count, right.count)
    return left[..<shared] == right[..<shared]
        && left[shared...].allSatisfy { $0 == nil }
        && right[shared...].allSatisfy { $0 == nil }
}
