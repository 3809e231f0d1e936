public import ScopeDecoding
public import ScopeTrace

extension MetricKey where Value == Double {
    /// The time from the token before to this one, in seconds; see `TimingObserver`.
    public static let tokenSeconds = MetricKey("token_seconds", unit: .seconds)
    /// The time that reading the prompt took, in seconds; see `TimingObserver`.
    public static let promptSeconds = MetricKey("prompt_seconds", unit: .seconds)
    /// The time that everything after the prompt took, in seconds; see `TimingObserver`.
    public static let generatedSeconds = MetricKey("generated_seconds", unit: .seconds)
    /// Tokens of the prompt read in a second; see `TimingObserver`.
    public static let promptTokensPerSecond = MetricKey(
        "prompt_tokens_per_second", unit: .perSecond)
    /// Tokens after the prompt in a second; see `TimingObserver`.
    public static let tokensPerSecond = MetricKey("tokens_per_second", unit: .perSecond)
}

/// How long decoding took, for those who ask: nothing in a trace depends on time unless this observer
/// is attached.
///
/// The clock is read when a token is observed. The prompt's time runs from its first token to its last;
/// its tokens go through the model many at once, so single times would say nothing and only tokens
/// after it have one: the time since the token before. That is the time between two calls of the
/// session's `next()` as well, so it counts what the caller did in between. Two runs never have the
/// same times; those who compare traces leave out the units `seconds` and `perSecond`.
public struct TimingObserver: DecodingObserver {
    private let now: @Sendable () -> Duration
    private var first: Duration?
    private var promptEnd: Duration?
    private var last: Duration?
    private var promptTokens = 0
    private var generatedTokens = 0

    /// Creates the observer.
    ///
    /// - Parameter clock: What tells the time; its zero is the moment of this call.
    public init<Time: Clock>(clock: Time = ContinuousClock()) where Time.Duration == Duration {
        let start = clock.now
        now = { start.duration(to: clock.now) }
    }

    /// Records `tokenSeconds` of tokens after the prompt.
    public mutating func observe(
        _ step: borrowing DecodingStep, record: inout TokenMetrics
    ) {
        let time = now()
        if step.token.origin == .prompt {
            promptTokens += 1
            promptEnd = time
        } else {
            generatedTokens += 1
            if let last { record[.tokenSeconds] = (time - last).seconds }
        }
        first = first ?? time
        last = time
    }

    /// The times so far, and tokens per second where a time is above 0.
    public func summary() -> TraceSummary {
        var summary = TraceSummary()
        guard let first, let last, let promptEnd else { return summary }
        let prompt = (promptEnd - first).seconds
        let generated = (last - promptEnd).seconds
        summary[.promptSeconds] = prompt
        // The first token is there before anything is computed.
        if prompt > 0 { summary[.promptTokensPerSecond] = Double(promptTokens - 1) / prompt }
        summary[.generatedSeconds] = generated
        if generated > 0 { summary[.tokensPerSecond] = Double(generatedTokens) / generated }
        return summary
    }
}

extension Duration {
    fileprivate var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
