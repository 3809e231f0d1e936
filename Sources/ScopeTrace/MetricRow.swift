/// A row of numbers as the value of a metric, such as attention over the earlier tokens.
///
/// Rows of one column may differ in length.
public struct MetricRow: Hashable, Sendable, ExpressibleByArrayLiteral {
    /// The numbers: infinities are fine, and a NaN is refused when the row is written to a table.
    public var values: [Double]

    /// Makes a row of numbers.
    ///
    /// - Parameter values: The numbers.
    public init(_ values: [Double]) {
        self.values = values
    }

    /// Makes a row of numbers.
    ///
    /// - Parameter elements: The numbers.
    public init(arrayLiteral elements: Double...) {
        values = elements
    }
}
