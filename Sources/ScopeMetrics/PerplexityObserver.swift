public import ScopeDecoding
public import ScopeTrace

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension MetricKey where Value == Double {
    /// The perplexity of everything up to and including the token; see ``PerplexityObserver``.
    public static let runningPerplexity = MetricKey("running_perplexity", unit: .ratio)
    /// The perplexity of the whole sequence, prompt included.
    public static let perplexity = MetricKey("perplexity", unit: .ratio)
    /// The perplexity of the tokens that were drawn or forced, given everything before them.
    public static let generatedPerplexity = MetricKey("generated_perplexity", unit: .ratio)
}

/// Perplexity: the exponential of the mean surprisal, so 1 where every token was certain and the
/// vocabulary's size where all were equally likely (Jelinek et al., 1977).
///
/// A token without a prediction (the first) does not count.
public struct PerplexityObserver: DecodingObserver {
    private var all = MeanSurprisal()
    private var generated = MeanSurprisal()

    /// Creates the observer.
    public init() {}

    /// Records `MetricKey.runningPerplexity`.
    public mutating func observe(
        _ step: borrowing DecodingStep, record: inout TokenMetrics
    ) {
        guard let surprisal = step.distribution?.surprisal(of: step.token.id) else { return }
        all.add(surprisal)
        if step.token.origin != .prompt { generated.add(surprisal) }
        record[.runningPerplexity] = all.perplexity
    }

    /// `MetricKey.perplexity` and `MetricKey.generatedPerplexity`, where there are tokens.
    public func summary() -> TraceSummary {
        var summary = TraceSummary()
        summary[.perplexity] = all.perplexity
        summary[.generatedPerplexity] = generated.perplexity
        return summary
    }
}

private struct MeanSurprisal: Sendable {
    private var total = 0.0
    private var count = 0

    mutating func add(_ surprisal: Double) {
        total += surprisal
        count += 1
    }

    var perplexity: Double? { count == 0 ? nil : exp(total / Double(count)) }
}
