public import ScopeDecoding
public import ScopeTrace

extension MetricKey where Value == Double {
    /// The negative logarithm of the token's probability, in nats; see ``SurprisalObserver``.
    public static let surprisal = MetricKey("surprisal", unit: .nats)
}

/// How much each token surprised the model: −ln p(token), from 0 up (Shannon, 1948).
public struct SurprisalObserver: DecodingObserver {
    /// Creates the observer.
    public init() {}

    /// Records `MetricKey.surprisal`.
    public mutating func observe(
        _ step: borrowing DecodingStep, record: inout TokenMetrics
    ) {
        record[.surprisal] = step.distribution?.surprisal(of: step.token.id)
    }
}
