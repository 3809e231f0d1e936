/// A column of a metric whose key the reader does not know.
public struct AnyMetricColumn: Equatable, Sendable {
    /// The metric's name.
    public let name: String

    /// The unit of the values.
    public let unit: MetricUnit

    /// The number of tokens, with and without a value.
    public let count: Int

    let cells: MetricCells

    /// What the cells hold.
    public var kind: MetricKind { cells.kind }

    /// The value for the token at a position, absent where none was written.
    public subscript(position: Int) -> MetricCell? {
        precondition(position >= 0 && position < count, "no token at this position of the column")
        return cells[position]
    }

    /// The column as numbers, nil unless it holds doubles, whole numbers or truth values.
    ///
    /// - Complexity: O(*n*) in the number of tokens.
    public var numbers: [Double?]? {
        switch kind {
        case .double, .int, .bool: (0..<count).map { cells[$0]?.number }
        case .string, .ids, .row, .opaque: nil
        }
    }
}
