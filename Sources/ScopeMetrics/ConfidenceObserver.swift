public import ScopeDecoding
public import ScopeTrace

extension MetricKey where Value == Double {
    /// The model's probability of the token; see ``ConfidenceObserver``.
    public static let confidence = MetricKey("confidence", unit: .probability)
}

/// How probable the model found each token: its share in the model distribution, whatever the
/// sampler made of it.
public struct ConfidenceObserver: DecodingObserver {
    /// Creates the observer.
    public init() {}

    /// Records `MetricKey.confidence`.
    public mutating func observe(
        _ step: borrowing DecodingStep, record: inout TokenMetrics
    ) {
        record[.confidence] = step.distribution?.probability(of: step.token.id)
    }
}
