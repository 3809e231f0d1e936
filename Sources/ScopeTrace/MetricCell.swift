/// A value of any metric, for writers and charts that work on keys they do not know.
public enum MetricCell: Hashable, Sendable {
    /// A number, possibly infinite, never NaN.
    case double(Double)
    /// A whole number.
    case int(Int)
    /// A truth value.
    case bool(Bool)
    /// A text.
    case string(String)
    /// A list of vocabulary numbers.
    case ids(TokenIDs)
    /// A row of numbers.
    case row(MetricRow)
    /// A value of a kind that this version does not know.
    case opaque(OpaqueValue)

    /// The value as one number, with truth as 1 and falsehood as 0; nil for the other kinds.
    public var number: Double? {
        switch self {
        case .double(let value): value
        case .int(let value): Double(value)
        case .bool(let value): value ? 1 : 0
        case .string, .ids, .row, .opaque: nil
        }
    }
}
