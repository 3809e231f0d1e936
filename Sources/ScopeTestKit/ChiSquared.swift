#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Pearson's test of counts against probabilities.
public struct ChiSquared: Hashable, Sendable {
    /// The sum of squared deviations, each over its expected count; infinite where something came up
    /// that cannot.
    public let statistic: Double
    /// Outcomes that were counted, less one.
    public let degreesOfFreedom: Int

    /// Makes the test of a statistic that is known already.
    ///
    /// - Parameters:
    ///   - statistic: The statistic.
    ///   - degreesOfFreedom: The degrees of freedom, at least 1.
    public init(statistic: Double, degreesOfFreedom: Int) {
        precondition(degreesOfFreedom > 0, "a test needs two outcomes")
        self.statistic = statistic
        self.degreesOfFreedom = degreesOfFreedom
    }

    /// Tests counts.
    ///
    /// - Parameters:
    ///   - counts: How often each outcome came up.
    ///   - probabilities: The exact probabilities; outcomes that are expected fewer than five times
    ///     are counted together.
    /// - Complexity: O(outcomes · log outcomes).
    public init(_ counts: [Int: Int], against probabilities: [Int: Double]) {
        let draws = Double(counts.values.reduce(0, +))
        var statistic = 0.0
        var outcomes = 0
        var rare = (expected: 0.0, seen: 0.0)
        func add(_ seen: Double, _ expected: Double) {
            statistic += (seen - expected) * (seen - expected) / expected
            outcomes += 1
        }
        // In order, so that the same counts give the same bits.
        for (outcome, probability) in probabilities.sorted(by: { $0.key < $1.key }) {
            let expected = probability * draws
            let seen = Double(counts[outcome] ?? 0)
            if expected < 5 {
                rare.expected += expected
                rare.seen += seen
            } else {
                add(seen, expected)
            }
        }
        if rare.expected > 0 { add(rare.seen, rare.expected) }
        for (outcome, count) in counts where count > 0 && probabilities[outcome] == nil {
            statistic = .infinity
        }
        self.init(statistic: statistic, degreesOfFreedom: max(1, outcomes - 1))
    }

    /// The probability of a statistic at least as large, if the draws follow the probabilities: the
    /// closed forms of the upper incomplete gamma function at whole and half numbers.
    ///
    /// - Complexity: O(degrees of freedom).
    public var pValue: Double {
        guard statistic.isFinite else { return 0 }
        let half = statistic / 2
        var term = degreesOfFreedom.isMultiple(of: 2) ? 1 : (half / .pi).squareRoot() * 2
        var sum = 0.0
        var order = degreesOfFreedom.isMultiple(of: 2) ? 0 : 1
        while order + 1 < degreesOfFreedom {
            sum += term
            order += 2
            term *= half / (Double(order) / 2)
        }
        let tail = degreesOfFreedom.isMultiple(of: 2) ? 0 : erfc(half.squareRoot())
        return tail + exp(-half) * sum
    }
}
