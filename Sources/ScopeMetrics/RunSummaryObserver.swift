public import ScopeDecoding
public import ScopeTrace

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension MetricKey where Value == Double {
    /// The number of tokens of the prompt.
    public static let promptTokens = MetricKey("prompt_tokens", unit: .count)
    /// The number of tokens that were drawn.
    public static let sampledTokens = MetricKey("sampled_tokens", unit: .count)
    /// The number of tokens that the caller put in place of drawn ones.
    public static let forcedTokens = MetricKey("forced_tokens", unit: .count)
    /// The number of tokens that are no text: BOS, EOS, markers of a template.
    public static let specialTokens = MetricKey("special_tokens", unit: .count)
    /// The bytes of all tokens, special ones included.
    public static let sequenceBytes = MetricKey("sequence_bytes", unit: .bytes)
    /// The sum of the surprisal of all tokens that were predicted, in nats.
    public static let totalSurprisal = MetricKey("total_surprisal", unit: .nats)
    /// The sum of the surprisal of the tokens after the prompt, in nats.
    public static let generatedSurprisal = MetricKey("generated_surprisal", unit: .nats)
    /// The bits that the model needs for each byte of what it predicted; see `RunSummaryObserver`.
    public static let bitsPerByte = MetricKey("bits_per_byte", unit: .bits)
}

/// What a run came to: how many tokens of which kind, how many bytes, and what they cost the model in
/// information.
///
/// Bits per byte is the total surprisal in bits over the bytes of the predicted tokens: unlike
/// perplexity it compares models of different vocabularies. It counts every token but the first, which
/// has no prediction. For time see ``TimingObserver``.
public struct RunSummaryObserver: DecodingObserver {
    private var prompt = 0
    private var sampled = 0
    private var forced = 0
    private var special = 0
    private var bytes = 0
    private var predictedBytes = 0
    private var surprisal = 0.0
    private var generatedSurprisal = 0.0

    /// Creates the observer.
    public init() {}

    /// Counts the token; records nothing.
    public mutating func observe(
        _ step: borrowing DecodingStep, record: inout TokenMetrics
    ) {
        let token = step.token
        switch token.origin {
        case .prompt: prompt += 1
        case .sampled: sampled += 1
        case .forced: forced += 1
        }
        if token.role != .text { special += 1 }
        bytes += token.bytes.count
        guard let cost = step.distribution?.surprisal(of: token.id) else { return }
        predictedBytes += token.bytes.count
        surprisal += cost
        if token.origin != .prompt { generatedSurprisal += cost }
    }

    /// The counts and totals so far; `bitsPerByte` only where predicted tokens have bytes.
    public func summary() -> TraceSummary {
        var summary = TraceSummary()
        summary[.promptTokens] = Double(prompt)
        summary[.sampledTokens] = Double(sampled)
        summary[.forcedTokens] = Double(forced)
        summary[.specialTokens] = Double(special)
        summary[.sequenceBytes] = Double(bytes)
        summary[.totalSurprisal] = surprisal
        summary[.generatedSurprisal] = generatedSurprisal
        if predictedBytes > 0 {
            summary[.bitsPerByte] = surprisal / log(2) / Double(predictedBytes)
        }
        return summary
    }
}
