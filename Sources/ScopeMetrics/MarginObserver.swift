public import ScopeDecoding
public import ScopeTrace

extension MetricKey where Value == Double {
    /// The lead of the most probable token over the next, in probability; see ``MarginObserver``.
    public static let margin = MetricKey("margin", unit: .probability)
}

/// How far the most probable token was ahead of the second, whichever was taken: p₁ − p₂, from 0
/// (a tie) to 1.
public struct MarginObserver: DecodingObserver {
    /// Creates the observer.
    public init() {}

    /// Records `MetricKey.margin`.
    public mutating func observe(
        _ step: borrowing DecodingStep, record: inout TokenMetrics
    ) {
        record[.margin] = step.distribution?.margin
    }
}
