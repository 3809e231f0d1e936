/// A type that the cells of a metric's column can hold.
///
/// The set is closed: `Double`, `Int`, `Bool`, `String`, ``TokenIDs`` and ``MetricRow``. Nothing
/// else can conform, because nobody else can make a ``MetricConformance``. That is what lets every
/// writer, chart and aggregator work on any client's keys.
public protocol MetricValue: Hashable, Sendable {
    /// The proof that this type is one of the closed set.
    static var metricConformance: MetricConformance<Self> { get }
}

/// How a type of the closed set is kept in a table; only this module makes such values.
public struct MetricConformance<Value>: Sendable {
    let kind: MetricKind
    let write: @Sendable (_ value: Value?, _ row: Int, _ cells: inout MetricCells) -> CellWriting
    let read: @Sendable (_ cells: MetricCells) -> [Value?]?
    let wrap: @Sendable (_ values: [Value?]) -> MetricCells
}

/// What became of writing one cell.
enum CellWriting {
    case written
    case otherKind
    case notANumber
}

extension Double: MetricValue {
    /// The proof that `Double` is one of the closed set.
    public static let metricConformance = MetricConformance<Double>(
        kind: .double,
        write: { value, row, cells in
            guard case .double(var values) = cells else { return .otherKind }
            if let value, value.isNaN { return .notANumber }
            // The enum lets go of the array first, so that the array is written in place.
            cells = .vacant
            store(value, at: row, in: &values)
            cells = .double(values)
            return .written
        },
        read: { if case .double(let values) = $0 { values } else { nil } },
        wrap: { .double($0) }
    )
}

extension Int: MetricValue {
    /// The proof that `Int` is one of the closed set.
    public static let metricConformance = MetricConformance<Int>(
        kind: .int,
        write: { value, row, cells in
            guard case .int(var values) = cells else { return .otherKind }
            cells = .vacant
            store(value, at: row, in: &values)
            cells = .int(values)
            return .written
        },
        read: { if case .int(let values) = $0 { values } else { nil } },
        wrap: { .int($0) }
    )
}

extension Bool: MetricValue {
    /// The proof that `Bool` is one of the closed set.
    public static let metricConformance = MetricConformance<Bool>(
        kind: .bool,
        write: { value, row, cells in
            guard case .bool(var values) = cells else { return .otherKind }
            cells = .vacant
            store(value, at: row, in: &values)
            cells = .bool(values)
            return .written
        },
        read: { if case .bool(let values) = $0 { values } else { nil } },
        wrap: { .bool($0) }
    )
}

extension String: MetricValue {
    /// The proof that `String` is one of the closed set.
    public static let metricConformance = MetricConformance<String>(
        kind: .string,
        write: { value, row, cells in
            guard case .string(var values) = cells else { return .otherKind }
            cells = .vacant
            store(value, at: row, in: &values)
            cells = .string(values)
            return .written
        },
        read: { if case .string(let values) = $0 { values } else { nil } },
        wrap: { .string($0) }
    )
}

extension TokenIDs: MetricValue {
    /// The proof that `TokenIDs` is one of the closed set.
    public static let metricConformance = MetricConformance<TokenIDs>(
        kind: .ids,
        write: { value, row, cells in
            guard case .ids(var values) = cells else { return .otherKind }
            cells = .vacant
            store(value, at: row, in: &values)
            cells = .ids(values)
            return .written
        },
        read: { if case .ids(let values) = $0 { values } else { nil } },
        wrap: { .ids($0) }
    )
}

extension MetricRow: MetricValue {
    /// The proof that `MetricRow` is one of the closed set.
    public static let metricConformance = MetricConformance<MetricRow>(
        kind: .row,
        write: { value, row, cells in
            guard case .row(var values) = cells else { return .otherKind }
            if let value, value.values.contains(where: \.isNaN) { return .notANumber }
            cells = .vacant
            store(value, at: row, in: &values)
            cells = .row(values)
            return .written
        },
        read: { if case .row(let values) = $0 { values } else { nil } },
        wrap: { .row($0) }
    )
}

/// Puts a value in its row, with absent values for the rows that were never written.
private func store<Value>(_ value: Value?, at row: Int, in values: inout [Value?]) {
    if row < values.count {
        values[row] = value
        return
    }
    // Rows past the end are absent anyway.
    guard let value else { return }
    while values.count < row { values.append(nil) }
    values.append(value)
}
