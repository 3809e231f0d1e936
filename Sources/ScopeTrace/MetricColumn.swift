/// The values of one metric, one cell a token, in token order.
///
/// A column is a snapshot: it shares its storage with the table until either is written to.
/// Fetch a column once and index it; fetching a column for every cell is slow.
public struct MetricColumn<Value: MetricValue>: RandomAccessCollection, Sendable {
    /// The metric's name.
    public let name: String

    /// The unit of the values.
    public let unit: MetricUnit

    /// The number of tokens, with and without a value.
    public let count: Int

    // May be shorter than `count`: absent values at the end are not stored.
    @usableFromInline let stored: [Value?]

    init(name: String, unit: MetricUnit, count: Int, stored: [Value?]) {
        self.name = name
        self.unit = unit
        self.count = count
        self.stored = stored
    }

    /// The position of the first token, zero.
    @inlinable public var startIndex: Int { 0 }

    /// The position past the last token.
    @inlinable public var endIndex: Int { count }

    /// The value for the token at a position, absent where none was written.
    @inlinable public subscript(position: Int) -> Value? {
        precondition(position >= 0 && position < count, "no token at this position of the column")
        return position < stored.count ? stored[position] : nil
    }

    /// The value for a token, absent where none was written.
    @inlinable public subscript(index: TokenIndex) -> Value? {
        self[index.rawValue]
    }

    /// The values that were written, in token order.
    ///
    /// - Complexity: O(*n*) in the number of tokens.
    public var present: [Value] { stored.compactMap { $0 } }
}

extension MetricColumn: Equatable {
    /// Whether two columns are of the same metric and hold the same values.
    public static func == (left: MetricColumn, right: MetricColumn) -> Bool {
        left.name == right.name && left.unit == right.unit && left.count == right.count
            && sameCells(left.stored, right.stored)
    }
}

extension MetricColumn where Value == Double {
    /// The mean of the values that were written, nil when there are none.
    ///
    /// - Complexity: O(*n*) in the number of tokens.
    public var mean: Double? {
        let values = present
        return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
}
