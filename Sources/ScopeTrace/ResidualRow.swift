/// A place in the network: one row of hidden states, queries and logits.
///
/// Row `r` is computed at input position `r` and predicts token `r + 1`. See ``TokenIndex`` for
/// the model of positions.
public struct ResidualRow: RawRepresentable, Hashable, Comparable, Codable, Sendable {
    /// The row number, zero or more.
    public let rawValue: Int

    /// Makes the name of a row.
    ///
    /// - Parameter rawValue: The row number, zero or more.
    public init(_ rawValue: Int) {
        precondition(rawValue >= 0, "a residual row must not be negative, found \(rawValue)")
        self.rawValue = rawValue
    }

    /// Makes the name of a row, or nil for a negative number.
    ///
    /// - Parameter rawValue: The row number.
    public init?(rawValue: Int) {
        guard rawValue >= 0 else { return nil }
        self.rawValue = rawValue
    }

    /// The token that this row's logits predict.
    public var predictedToken: TokenIndex { TokenIndex(rawValue + 1) }

    /// Orders rows by their number.
    public static func < (left: ResidualRow, right: ResidualRow) -> Bool {
        left.rawValue < right.rawValue
    }
}

extension ResidualRow: CustomStringConvertible {
    /// The row number in decimal.
    public var description: String { String(rawValue) }
}
