public import ScopeDecoding
public import ScopeTrace

extension MetricKey where Value == Double {
    /// The entropy of the distribution over the token, in nats; see ``EntropyObserver``.
    public static let entropy = MetricKey("entropy", unit: .nats)
}

/// How undecided the model was at each token, over the whole vocabulary: −Σ p ln p (Shannon, 1948).
public struct EntropyObserver: DecodingObserver {
    /// Creates the observer.
    public init() {}

    /// Records `MetricKey.entropy`.
    public mutating func observe(
        _ step: borrowing DecodingStep, record: inout TokenMetrics
    ) {
        record[.entropy] = step.distribution?.entropy
    }
}
