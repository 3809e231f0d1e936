/// The values of a metric over some bytes of a text.
///
/// A token counts with the share of its bytes that lie there, from 0 to 1, so statistics of bytes that
/// tile a text sum to that of the whole.
public struct SyntaxStatistic: Hashable, Sendable {
    /// The tokens that have a value and touch the bytes, however little.
    public var count = 0
    /// Σ share: as many as ``count`` where all tokens lie there whole.
    public var weight = 0.0
    /// Σ share · value; no number where +∞ and −∞ met.
    public var sum = 0.0
    /// The least value; +∞ where there is none.
    public var least = Double.infinity
    /// The greatest value; −∞ where there is none.
    public var greatest = -Double.infinity
    /// Σ share · ln value, of columns of probabilities; 0 for others.
    public var logSum = 0.0

    /// Makes a statistic of nothing.
    public init() {}

    /// Takes in a token.
    ///
    /// - Parameters:
    ///   - value: Its value; infinities are fine, NaN is not.
    ///   - share: The share of its bytes, above 0.
    ///   - logarithm: The value's natural logarithm, of a probability.
    @inlinable public mutating func add(_ value: Double, share: Double, logarithm: Double = 0) {
        count += 1
        weight += share
        sum += share * value
        if value < least { least = value }
        if value > greatest { greatest = value }
        logSum += share * logarithm
    }

    /// Takes in what lies in other bytes; a token that touches both counts twice in ``count``.
    ///
    /// - Parameter other: The other statistic.
    @inlinable public mutating func merge(_ other: SyntaxStatistic) {
        count += other.count
        weight += other.weight
        sum += other.sum
        if other.least < least { least = other.least }
        if other.greatest > greatest { greatest = other.greatest }
        logSum += other.logSum
    }

    /// Σ share · value / Σ share; nil where there is no value, or where +∞ and −∞ met.
    public var mean: Double? { weight > 0 && !sum.isNaN ? sum / weight : nil }

    /// The least value, nil where there is none.
    public var minimum: Double? { least <= greatest ? least : nil }

    /// The greatest value, nil where there is none.
    public var maximum: Double? { least <= greatest ? greatest : nil }
}

extension SyntaxStatistic: Codable {
    private enum Key: String, CodingKey {
        case count, weight, sum, minimum, maximum, logSum
    }

    /// Reads a statistic.
    ///
    /// - Parameter decoder: The decoder to read from.
    /// - Throws: `DecodingError` when a field is missing or no number.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        count = try container.decode(Int.self, forKey: .count)
        weight = try container.decode(Double.self, forKey: .weight)
        sum = try container.decode(WireDouble?.self, forKey: .sum)?.value ?? .nan
        least = try container.decodeIfPresent(WireDouble.self, forKey: .minimum)?.value ?? .infinity
        greatest =
            try container.decodeIfPresent(WireDouble.self, forKey: .maximum)?.value ?? -.infinity
        logSum = try container.decodeIfPresent(WireDouble.self, forKey: .logSum)?.value ?? 0
    }

    /// Writes the statistic: `count`, `weight`, `sum`, and what there is of `minimum`, `maximum` and
    /// `logSum`; a sum that is no number is null.
    ///
    /// - Parameter encoder: The encoder to write to.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(count, forKey: .count)
        try container.encode(weight, forKey: .weight)
        try container.encode(sum.isNaN ? nil : WireDouble(sum), forKey: .sum)
        try container.encodeIfPresent(minimum.map(WireDouble.init), forKey: .minimum)
        try container.encodeIfPresent(maximum.map(WireDouble.init), forKey: .maximum)
        if logSum != 0 { try container.encode(WireDouble(logSum), forKey: .logSum) }
    }
}
