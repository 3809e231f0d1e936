public import ScopeDecoding
public import ScopeTrace

extension MetricKey where Value == Double {
    /// The probability of all tokens that the model held more probable than the one that stands there;
    /// see `OverruledObserver`.
    public static let overruledMass = MetricKey("overruled_mass", unit: .probability)

    /// ln p₁ − ln p, how far the model's first choice was ahead of the token that stands there; see
    /// `OverruledObserver`.
    public static let lead = MetricKey("lead", unit: .nats)
}

/// How much was overruled where a token stands.
///
/// The probability of everything that the model held more
/// probable, and the lead of its first choice. Both are 0 for the first choice itself.
public struct OverruledObserver: DecodingObserver {
    /// Creates the observer.
    public init() {}

    /// Records `MetricKey.overruledMass` and `MetricKey.lead`.
    public mutating func observe(
        _ step: borrowing DecodingStep, record: inout TokenMetrics
    ) {
        guard let distribution = step.distribution else { return }
        let own = distribution.logits[step.token.id]
        var mass = 0.0
        var first = own
        for id in distribution.logits.indices where distribution.logits[id] > own {
            mass += distribution.probability(of: id)
            first = max(first, distribution.logits[id])
        }
        record[.overruledMass] = min(1, mass)
        // Two logits of −∞ have no difference.
        record[.lead] = first == own ? 0 : Double(first) - Double(own)
    }
}
