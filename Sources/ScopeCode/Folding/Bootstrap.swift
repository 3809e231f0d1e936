internal import ScopeTrace

/// How the interval of a mean is drawn: its tokens are drawn again, with replacement, many times.
///
/// The draws depend on nothing but the seed and the unit's place, so the same report has the same
/// intervals.
public struct Bootstrap: Hashable, Sendable {
    /// How many means are drawn.
    public var replicates: Int
    /// The share of the means that the interval holds.
    public var level: Double
    /// What determines the draws.
    public var seed: UInt64

    /// Makes a bootstrap.
    ///
    /// - Parameters:
    ///   - replicates: How many means are drawn; ASTrust takes 100 to 500.
    ///   - level: The share of the means that the interval holds.
    ///   - seed: What determines the draws.
    public init(replicates: Int = 500, level: Double = 0.95, seed: UInt64 = 0) {
        precondition(replicates > 1, "a deviation takes two means")
        precondition(level > 0 && level < 1, "a level is between 0 and 1")
        self.replicates = replicates
        self.level = level
        self.seed = seed
    }

    /// The interval of the weighted mean of samples, nil without samples or with infinite ones.
    func interval(of samples: [WeightedSample], stream: Int) -> BootstrapInterval? {
        guard !samples.isEmpty, samples.allSatisfy(\.value.isFinite) else { return nil }
        var generator = SeededNumbers(seed: seed, stream: stream)
        var means: [Double] = []
        means.reserveCapacity(replicates)
        for _ in 0..<replicates {
            var (sum, weight) = (0.0, 0.0)
            for _ in samples.indices {
                let sample = samples[generator.below(samples.count)]
                sum += sample.weight * sample.value
                weight += sample.weight
            }
            means.append(sum / weight)
        }
        return BootstrapInterval(of: means, level: level)
    }
}

/// A value and how much of it.
struct WeightedSample {
    var value: Double
    var weight: Double

    /// Quantiles by weight; none without samples.
    static func quantiles(_ quantiles: [Double], of samples: [WeightedSample]) -> [Double] {
        guard !samples.isEmpty else { return [] }
        let sorted = samples.sorted { $0.value < $1.value }
        let whole = sorted.reduce(0) { $0 + $1.weight }
        return quantiles.map { q in
            var weight = 0.0
            for sample in sorted {
                weight += sample.weight
                // Sums of shares are off by a rounding.
                if weight >= q * whole - 1e-9 { return sample.value }
            }
            return sorted[sorted.count - 1].value
        }
    }
}
