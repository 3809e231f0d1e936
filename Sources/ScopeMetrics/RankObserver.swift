public import ScopeDecoding
public import ScopeTrace

extension MetricKey where Value == Int {
    /// The token's place by probability, from 1; see ``RankObserver``.
    public static let rank = MetricKey("rank", unit: .rank)
}

/// Which choice of the model's each token was: one more than the tokens that were more probable.
public struct RankObserver: DecodingObserver {
    /// Creates the observer.
    public init() {}

    /// Records `MetricKey.rank`.
    public mutating func observe(
        _ step: borrowing DecodingStep, record: inout TokenMetrics
    ) {
        record[.rank] = step.distribution?.rank(of: step.token.id)
    }
}
