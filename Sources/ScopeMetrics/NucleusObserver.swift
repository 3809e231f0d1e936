public import ScopeDecoding
public import ScopeTrace

extension MetricKey where Value == Int {
    /// The tokens that it takes to reach a share of the model's distribution; see `NucleusObserver`.
    ///
    /// The mass is part of the name, as in "nucleus_size_0.9", so that several stand side by side.
    ///
    /// - Parameter mass: The share; above 0 and at most 1.
    /// - Returns: The key.
    public static func nucleusSize(mass: Double = 0.9) -> MetricKey {
        MetricKey("nucleus_size_\(mass)", unit: .count)
    }
}

/// Among how many tokens the model hesitated: the fewest whose probabilities together reach a mass
/// (the nucleus of Holtzman et al., 2019), of the model's distribution, whatever the sampler kept.
public struct NucleusObserver: DecodingObserver {
    /// The share of the distribution that the tokens reach together.
    public let mass: Double
    private let key: MetricKey<Int>

    /// Creates the observer.
    ///
    /// - Parameter mass: The share to reach; above 0 and at most 1.
    public init(mass: Double = 0.9) {
        precondition(mass > 0 && mass <= 1, "a probability mass is above 0 and at most 1")
        self.mass = mass
        key = .nucleusSize(mass: mass)
    }

    /// Records `nucleusSize(mass:)`.
    public mutating func observe(
        _ step: borrowing DecodingStep, record: inout TokenMetrics
    ) {
        guard let distribution = step.distribution else { return }
        record[key] = distribution.nucleusSize(mass: mass)
    }
}
