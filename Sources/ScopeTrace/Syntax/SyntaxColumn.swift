/// A metric folded over the units of a level.
public struct SyntaxColumn: Hashable, Codable, Sendable {
    /// The metric's name.
    public var name: String
    /// The unit of its values.
    public var unit: MetricUnit
    /// What each unit owns, the bytes that no unit within it covers; these sum to the whole.
    public var own: [SyntaxStatistic]
    /// What each unit covers, the units within it included.
    public var total: [SyntaxStatistic]
    /// Whether the logarithms were summed, as of probabilities.
    public var hasLogarithms: Bool
    /// The quantiles of what each unit covers, in the order of ``SyntaxFold/quantiles``; empty for a
    /// unit without values, and altogether where none were asked for.
    public var quantiles: [[Double]]
    /// The interval of each unit's mean, nil for a unit without values; empty where none was asked for.
    public var intervals: [BootstrapInterval?]

    /// Makes a column.
    public init(
        name: String, unit: MetricUnit, own: [SyntaxStatistic], total: [SyntaxStatistic],
        hasLogarithms: Bool = false, quantiles: [[Double]] = [],
        intervals: [BootstrapInterval?] = []
    ) {
        self.name = name
        self.unit = unit
        self.own = own
        self.total = total
        self.hasLogarithms = hasLogarithms
        self.quantiles = quantiles
        self.intervals = intervals
    }

    /// Whether a sum over tokens means something: information, time, bytes and numbers of things add up,
    /// probabilities and ranks do not.
    public var isAdditive: Bool { Self.isAdditive(unit) }

    /// Whether sums of values in a unit mean something.
    ///
    /// - Parameter unit: The unit.
    /// - Returns: Whether they do.
    public static func isAdditive(_ unit: MetricUnit) -> Bool {
        [.nats, .squareNats, .bits, .seconds, .bytes, .count].contains(unit)
    }

    /// exp(Σ share · ln value / Σ share) of a statistic of this column, the inverse of perplexity.
    ///
    /// - Parameter statistic: One of ``own`` or ``total``, or merged of several.
    /// - Returns: The geometric mean; nil without values and for columns that are no probabilities.
    public func geometricMean(of statistic: SyntaxStatistic) -> Double? {
        guard hasLogarithms, statistic.weight > 0 else { return nil }
        return ElementaryFunctions.exp(statistic.logSum / statistic.weight)
    }

    /// The perplexity of a statistic of this column: the inverse of the geometric mean of
    /// probabilities, or exp of the mean of nats such as the surprisal's.
    ///
    /// - Parameter statistic: One of ``own`` or ``total``, or merged of several.
    /// - Returns: The perplexity; nil without values and for columns of other units.
    public func perplexity(of statistic: SyntaxStatistic) -> Double? {
        if hasLogarithms { return geometricMean(of: statistic).map { 1 / $0 } }
        return unit == .nats ? statistic.mean.map(ElementaryFunctions.exp) : nil
    }
}
