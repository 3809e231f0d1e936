public import ScopeDecoding
public import ScopeTrace

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension MetricKey where Value == Double {
    /// The probability with which the sampler drew the token; see `SamplingObserver`.
    public static let samplingProbability = MetricKey("sampling_probability", unit: .probability)
    /// The logarithm of the sampler's probability over the model's; see `SamplingObserver`.
    public static let samplingLogRatio = MetricKey("sampling_log_ratio", unit: .nats)
}

extension MetricKey where Value == Int {
    /// The tokens among which the sampler drew; see `SamplingObserver`.
    public static let samplingNucleusSize = MetricKey("sampling_nucleus_size", unit: .count)
}

/// What the sampler made of the model's belief, for each drawn token: the probability `q` it drew the
/// token with, ln(q / p) against the model's probability `p`, and how many tokens it could have drawn.
///
/// ln(q / p) is 0 where the sampler left the model's distribution alone, positive where it favoured the
/// token, negative where it held it back. Its negative is the logarithm of
/// the token's weight in importance sampling.
/// Prompt and forced tokens were not drawn and have none of these.
public struct SamplingObserver: DecodingObserver {
    /// Creates the observer.
    public init() {}

    /// Records `samplingProbability`, `samplingLogRatio` and `samplingNucleusSize`.
    public mutating func observe(
        _ step: borrowing DecodingStep, record: inout TokenMetrics
    ) {
        guard let probability = step.samplingProbability, let distribution = step.distribution
        else { return }
        record[.samplingProbability] = probability
        record[.samplingLogRatio] =
            log(probability) - distribution.logProbability(of: step.token.id)
        record[.samplingNucleusSize] = step.nucleusSize
    }
}
