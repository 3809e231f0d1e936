/// A cursor over a table of metrics at one token, for an observer to write through.
///
/// The cursor owns the table while it is lent, so writing changes the table in place; whoever
/// lent it takes it back with ``finish()``. The values written belong to the prediction *of* the
/// token (see ``TokenIndex``).
public struct TokenMetrics: Sendable {
    /// A change to the value of an earlier token.
    public struct Amendment: Hashable, Sendable {
        /// The metric's name.
        public let name: String
        /// The token whose value was changed.
        public let index: TokenIndex

        /// Names a change.
        public init(name: String, index: TokenIndex) {
            self.name = name
            self.index = index
        }
    }

    /// The token whose values are written.
    public let index: TokenIndex

    /// What was changed of earlier tokens through this cursor, in order.
    public private(set) var amendments: [Amendment] = []

    private var table: MetricTable
    private var hint = 0

    /// Makes a cursor at a token.
    ///
    /// - Parameters:
    ///   - table: The table to write to; hand it over and take it back with ``finish()``, or it
    ///     is copied.
    ///   - index: The token whose values are written.
    public init(table: consuming MetricTable, index: TokenIndex) {
        self.table = table
        self.index = index
    }

    /// This token's value of a metric, nil where there is none.
    ///
    /// Writing a NaN is a programmer's mistake and stops the program, as does a key whose name is
    /// taken by a metric of another type or unit. Infinities are fine.
    ///
    /// - Complexity: O(*c*) in the number of columns, constant when the metrics are written in the
    ///   same order for every token.
    public subscript<Value>(key: MetricKey<Value>) -> Value? {
        get {
            table.value(of: key, at: index.rawValue, hint: hint)
        }
        @specialized(where Value == Double)
        @specialized(where Value == Int)
        set {
            table.write(newValue, for: key, at: index.rawValue, hint: &hint)
        }
    }

    /// Changes the value of an earlier token, for metrics that later tokens decide.
    ///
    /// - Parameters:
    ///   - key: The metric.
    ///   - index: The token to change, before this cursor's.
    ///   - value: The new value.
    public mutating func amend<Value>(
        _ key: MetricKey<Value>, at index: TokenIndex, to value: Value
    ) {
        precondition(
            index < self.index,
            "metric \(key.name): token \(index) is not before token \(self.index)")
        table.write(value, for: key, at: index.rawValue, hint: &hint)
        amendments.append(Amendment(name: key.name, index: index))
    }

    /// An earlier token's value of a metric, nil where there is none.
    ///
    /// - Parameters:
    ///   - key: The metric.
    ///   - index: The token to look at, this cursor's or one before it.
    /// - Returns: The value, nil where there is none.
    public func value<Value>(of key: MetricKey<Value>, at index: TokenIndex) -> Value? {
        precondition(
            index <= self.index, "metric \(key.name): token \(index) is after \(self.index)")
        return table.value(of: key, at: index.rawValue, hint: hint)
    }

    /// Gives the table back.
    ///
    /// - Complexity: O(1); nothing is copied.
    public consuming func finish() -> MetricTable {
        table.extend(to: index.rawValue + 1)
        return table
    }
}
