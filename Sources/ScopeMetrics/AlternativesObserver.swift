public import ScopeDecoding
public import ScopeTrace

extension MetricKey where Value == TokenIDs {
    /// The most probable tokens, most probable first; see ``AlternativesObserver``.
    public static let alternatives = MetricKey("alternatives")
}

extension MetricKey where Value == MetricRow {
    /// The probabilities of the `MetricKey.alternatives`, in the same order.
    public static let alternativeProbabilities = MetricKey(
        "alternative_probabilities", unit: .probability)
}

extension MetricKey where Value == Double {
    /// The probability of everything that is not among the `MetricKey.alternatives`.
    public static let otherProbability = MetricKey("other_probability", unit: .probability)
}

/// What else the model could have written: the most probable tokens with their probabilities, and
/// the mass of the rest.
///
/// The token that was taken need not be among them.
public struct AlternativesObserver: DecodingObserver {
    /// Tokens that are kept.
    public let count: Int

    /// Creates the observer.
    ///
    /// - Parameter count: Tokens to keep; at least 1.
    public init(count: Int = 5) {
        precondition(count > 0, "an observer of alternatives keeps at least one")
        self.count = count
    }

    /// Records `MetricKey.alternatives`, `MetricKey.alternativeProbabilities` and
    /// `MetricKey.otherProbability`.
    public mutating func observe(
        _ step: borrowing DecodingStep, record: inout TokenMetrics
    ) {
        guard let distribution = step.distribution else { return }
        let ids = distribution.mostProbable(count)
        var probabilities: [Double] = []
        for id in ids { probabilities.append(distribution.probability(of: id)) }
        record[.alternatives] = TokenIDs(ids)
        record[.alternativeProbabilities] = MetricRow(probabilities)
        record[.otherProbability] = max(0, 1 - probabilities.reduce(0, +))
    }
}
