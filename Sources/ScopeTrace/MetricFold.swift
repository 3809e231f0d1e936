/// Some values of a metric drawn together: their sum, mean, extremes and geometric mean.
///
/// Values may have weights: a token that lies in a span with half of its bytes counts half there, so
/// that the folds of spans that tile a text sum to the fold of the whole.
public struct MetricFold: Hashable, Sendable {
    /// The values that were folded, however little of them.
    public private(set) var count = 0

    /// The sum of the weights: as many as ``count`` where all values count whole.
    public private(set) var weight = 0.0

    /// Σ weight · value; no number where +∞ and −∞ met.
    public private(set) var sum = 0.0

    /// The least value, nil where there is none.
    public private(set) var minimum: Double?

    /// The greatest value, nil where there is none.
    public private(set) var maximum: Double?

    private var logSum = 0.0
    private var hasNegative = false

    /// Makes a fold of nothing.
    public init() {}

    /// Folds values, each of weight 1.
    public init(_ values: some Sequence<Double>) {
        for value in values { add(value) }
    }

    /// Takes in a value.
    ///
    /// - Parameters:
    ///   - value: The value; infinities are fine, NaN is a programmer's mistake.
    ///   - weight: How much of it; above 0.
    public mutating func add(_ value: Double, weight: Double = 1) {
        precondition(!value.isNaN && weight > 0 && weight.isFinite, "NaN or a weight of nothing")
        count += 1
        self.weight += weight
        sum += weight * value
        minimum = min(minimum ?? value, value)
        maximum = max(maximum ?? value, value)
        if value < 0 {
            hasNegative = true
        } else {
            logSum += weight * ElementaryFunctions.log(value)
        }
    }

    /// Takes in what another fold did.
    public mutating func merge(_ other: MetricFold) {
        guard other.count > 0 else { return }
        count += other.count
        weight += other.weight
        sum += other.sum
        minimum = min(minimum ?? .infinity, other.minimum ?? .infinity)
        maximum = max(maximum ?? -.infinity, other.maximum ?? -.infinity)
        logSum += other.logSum
        hasNegative = hasNegative || other.hasNegative
    }

    /// Σ weight · value / Σ weight; nil for a fold of nothing, or where +∞ and −∞ met.
    public var mean: Double? {
        count == 0 || sum.isNaN ? nil : sum / weight
    }

    /// exp(Σ weight · ln value / Σ weight): of probabilities, the inverse of perplexity.
    ///
    /// 0 where a value is 0; nil for a fold of nothing or with a negative value.
    public var geometricMean: Double? {
        guard count > 0, !hasNegative, !logSum.isNaN else { return nil }
        return ElementaryFunctions.exp(logSum / weight)
    }
}
