public import ScopeDecoding
public import ScopeTrace

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension MetricKey where Value == Double {
    /// The divergence from the distribution one token earlier, in nats; see
    /// `StepDivergenceObserver`.
    public static let divergenceFromPrevious = MetricKey("kl_to_previous", unit: .nats)
}

/// How far each token moved the model's expectations: the Kullback–Leibler divergence of its
/// distribution from that of the token before, Σ p ln(p / p₋₁) (Kullback and Leibler, 1951).
///
/// `p` is the distribution over this token and `p₋₁` the one over the token before, so the first two
/// tokens have none. 0 where the two are equal; infinite where something became possible that was not.
/// Keeps one row of logits.
public struct StepDivergenceObserver: DecodingObserver {
    private var previous: [Float] = []
    private var previousLogSumExp = 0.0

    /// Creates the observer.
    public init() {}

    /// Records `divergenceFromPrevious`.
    public mutating func observe(
        _ step: borrowing DecodingStep, record: inout TokenMetrics
    ) {
        guard let distribution = step.distribution else { return }
        let logits = distribution.logits
        if previous.count == logits.count {
            record[.divergenceFromPrevious] = Self.divergence(
                logits, distribution.logSumExp, from: previous.span, previousLogSumExp)
        }
        previousLogSumExp = distribution.logSumExp
        // A row that a fork still holds is let go of, not copied.
        previous.removeAll(keepingCapacity: true)
        previous.append(addingCapacity: logits.count) { output in
            for index in logits.indices { output.append(logits[index]) }
        }
    }

    private static func divergence(
        _ logits: Span<Float>, _ logSumExp: Double,
        from previous: Span<Float>, _ previousLogSumExp: Double
    ) -> Double {
        var sum = 0.0
        for index in logits.indices {
            let logProbability = Double(logits[index]) - logSumExp
            let probability = exp(logProbability)
            guard probability > 0 else { continue }
            sum += probability * (logProbability - (Double(previous[index]) - previousLogSumExp))
        }
        // Rounding must not make the divergence of equals negative.
        return max(0, sum)
    }
}
