/// A measure of cases in groups that belong together, with where it falls when the groups are drawn again.
///
/// Cases of one file or task resemble each other: intervals from drawing them apart would be too narrow.
public struct BootstrapEstimate: Hashable, Codable, Sendable {
    /// The measure of all cases.
    public var value: Double
    /// Where it falls when groups are drawn again; nil where that cannot be told.
    public var interval: BootstrapInterval?

    /// Makes an estimate.
    public init(value: Double, interval: BootstrapInterval? = nil) {
        self.value = value
        self.interval = interval
    }

    /// Takes a measure of all groups, then draws groups with replacement, as many as there are, and takes it
    /// of them, this many times (Efron, 1979; the percentile interval).
    ///
    /// Nil where the measure of all cases has no value.
    ///
    /// - Parameters:
    ///   - groups: The number of groups; of fewer than two there is no interval.
    ///   - replicates: How often is drawn; at least two.
    ///   - level: The share of the values that the interval holds.
    ///   - seed: What the draws depend on.
    ///   - measure: The measure, given how often each group counts; nil where it has none.
    /// - Complexity: `replicates` measures, ten times as many where most have no value.
    public init?(
        groups: Int, replicates: Int = 1000, level: Double = 0.95, seed: UInt64 = 1,
        _ measure: ([Int]) -> Double?
    ) {
        guard let value = measure([Int](repeating: 1, count: groups)) else { return nil }
        self.value = value
        interval =
            groups < 2
            ? nil
            : BootstrapInterval(
                groups: groups, replicates: replicates, level: level,
                by: SeededNumbers(seed: seed), measure)
    }

    private enum CodingKeys: String, CodingKey {
        case value
        case interval
    }

    /// Reads an estimate; an infinite value is the string "Infinity" or "-Infinity".
    ///
    /// - Parameter decoder: The decoder to read from.
    /// - Throws: `DecodingError` for what is no number.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        value = try container.decode(WireDouble.self, forKey: .value).value
        interval = try container.decodeIfPresent(BootstrapInterval.self, forKey: .interval)
    }

    /// Writes an estimate; an infinite value is the string "Infinity" or "-Infinity".
    ///
    /// - Parameter encoder: The encoder to write to.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(WireDouble(value), forKey: .value)
        try container.encodeIfPresent(interval, forKey: .interval)
    }
}
