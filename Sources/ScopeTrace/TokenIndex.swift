/// The place of a token in a sequence, counted from zero, prompt first.
///
/// A decoder-only network reads tokens `0…r` to predict token `r + 1`. Two kinds of position
/// follow, and they are two types here so that they cannot be mixed up:
///
/// - a ``TokenIndex`` `i` names a token;
/// - a ``ResidualRow`` `r` names a place in the network: the row of hidden states, queries and
///   logits computed at input position `r`.
///
/// Token `i` is predicted by row `i - 1`. Whatever a trace stores *for* token `i` describes the
/// prediction *of* token `i`, so it was read from row `i - 1`: that row's distribution, its
/// attention over keys `0…i - 1`, its hidden states. Token 0 has no prediction; its metrics are
/// absent, which is not the same as zero.
public struct TokenIndex: RawRepresentable, Hashable, Comparable, Codable, Sendable {
    /// The index itself, zero or more.
    public let rawValue: Int

    /// Makes the index of a token.
    ///
    /// - Parameter rawValue: The place in the sequence, zero or more.
    public init(_ rawValue: Int) {
        precondition(rawValue >= 0, "a token index must not be negative, found \(rawValue)")
        self.rawValue = rawValue
    }

    /// Makes the index of a token, or nil for a negative number.
    ///
    /// - Parameter rawValue: The place in the sequence.
    public init?(rawValue: Int) {
        guard rawValue >= 0 else { return nil }
        self.rawValue = rawValue
    }

    /// The row whose logits predicted this token, absent for token 0.
    public var predictingRow: ResidualRow? {
        ResidualRow(rawValue: rawValue - 1)
    }

    /// Orders tokens by their place in the sequence.
    public static func < (left: TokenIndex, right: TokenIndex) -> Bool {
        left.rawValue < right.rawValue
    }
}

extension TokenIndex: CustomStringConvertible {
    /// The index as a decimal number.
    public var description: String { String(rawValue) }
}
