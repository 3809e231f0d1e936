public import ScopeDecoding
public import ScopeTrace

extension MetricKey where Value == Int {
    /// The tokens that the prediction was made from; see ``ContextLengthObserver``.
    public static let contextLength = MetricKey("context_length", unit: .count)
}

/// How many tokens each prediction was made from: all before it, or fewer where a window cut the
/// sequence, which then is part of what its other metrics mean.
public struct ContextLengthObserver: DecodingObserver {
    /// Creates the observer.
    public init() {}

    /// Records `MetricKey.contextLength`.
    public mutating func observe(
        _ step: borrowing DecodingStep, record: inout TokenMetrics
    ) {
        record[.contextLength] = step.distribution == nil ? nil : step.contextLength
    }
}
