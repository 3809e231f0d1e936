public import ScopeDecoding
public import ScopeTrace

extension MetricKey where Value == Double {
    /// The variance of surprisal under the model's distribution, in squared nats; see
    /// `VarentropyObserver`.
    public static let varentropy = MetricKey("varentropy", unit: .squareNats)
}

/// How unevenly the model's uncertainty was spread at each token: the variance of −ln p around the
/// entropy, Σ p (−ln p − H)² (Kontoyiannis and Verdú, 2014).
///
/// 0 where the model was certain, and where all tokens that it thought possible were equally likely.
/// High entropy with low varentropy is a choice among many equals; low entropy with high varentropy
/// is one clear favourite before a long tail.
public struct VarentropyObserver: DecodingObserver {
    /// Creates the observer.
    public init() {}

    /// Records `varentropy`.
    public mutating func observe(
        _ step: borrowing DecodingStep, record: inout TokenMetrics
    ) {
        record[.varentropy] = step.distribution?.varentropy
    }
}
