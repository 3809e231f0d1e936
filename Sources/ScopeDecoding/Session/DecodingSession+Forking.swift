package import ScopeTrace
package import ScopeTransformer

/// What an engine needs that keeps sessions, drops them and makes them again.
extension DecodingSession {
    /// A session without any token, to which observers and processors are attached before all else.
    ///
    /// Tokens come by ``replay(_:origin:sourceSpan:draw:)``; at least one before the session is used.
    ///
    /// - Throws: ``DecodingFailure`` for settings out of range.
    package init(
        withoutTokens context: ModelContext, parameters: GenerateParameters
    ) throws(DecodingFailure) {
        try parameters.validate(
            vocabularySize: context.configuration.vocabularySize,
            contextLength: context.configuration.contextLength)
        self.init(checked: context, ids: [], sourceSpans: nil, parameters, addsSpecialTokens: false)
    }

    /// Appends a token that was there before, as it came to be then.
    ///
    /// - Parameters:
    ///   - id: The token, one of the vocabulary's.
    ///   - origin: How it came into the sequence.
    ///   - sourceSpan: Where it lies in the caller's document.
    ///   - draw: How it was drawn; nil where it was not.
    package mutating func replay(
        _ id: Int, origin: TokenOrigin, sourceSpan: Range<Int>?, draw: Draw? = nil
    ) {
        sequence.append(id, origin: origin, sourceSpan: sourceSpan, draw: draw)
        showLastToken()
        recorder.trace.stopReason = nil
        recorder.trace.stopMatch = nil
    }

    /// Appends a token of the caller's whose text, if it is text, continues the document.
    package mutating func replay(_ id: Int, origin: TokenOrigin) {
        append(id, origin: origin)
        recorder.trace.stopReason = nil
        recorder.trace.stopMatch = nil
    }

    /// A token of the sequence, observed or not.
    package func token(at index: Int) -> TokenRecord { sequence[index] }

    /// How many tokens there are of the sequence.
    package var tokenCount: Int { sequence.count }

    /// Tokens of the sequence that have gone through the model.
    package var passedTokenCount: Int { passed }

    /// How a token was drawn; nil where it was not.
    package func draw(of index: Int) -> Draw? { sequence.draw(of: index) }

    /// What ended the session for good.
    package var finalFailure: DecodingFailure? { failure }

    /// How the sequence relates to documents where its source spans do not tell.
    package var documentMap: DocumentMap? {
        get { recorder.trace.documentMap }
        set { recorder.trace.documentMap = newValue }
    }

    /// Shows observers the tokens whose predictions are at hand.
    ///
    /// - Throws: ``DecodingFailure``.
    package mutating func recordAll() throws(DecodingFailure) { _ = try readsOn() }

    /// Says why decoding ended.
    package mutating func setStopReason(_ reason: StopReason?, _ match: StopMatch? = nil) {
        recorder.trace.stopReason = reason
        recorder.trace.stopMatch = match
    }

    /// Hands out nothing of what was recorded so far: ``next()`` goes on behind it.
    package mutating func skipRecorded() { returned = recorder.trace.tokens.count }

    /// The logits that the next token will be drawn from, before any processor; empty where the
    /// sequence's last row has not gone through the model.
    package var nextLogits: [Float] { passed == sequence.count ? lastLogits : [] }

    /// The logits that the last token was drawn from, right after it was drawn.
    package var drawnLogits: [Float] { passed == sequence.count - 1 ? lastLogits : [] }

    /// Whether a shorter session can be made of this one without reading anything again: nobody
    /// watches, nobody steers, and no window has moved.
    package var canRewind: Bool {
        recorder.observers.isEmpty && cacheStart == 0 && failure == nil
            && processors.count == parameters.processors.count
    }

    /// This session as it was when it had fewer tokens; it shares the cache's pages.
    ///
    /// Without further tokens, the last token's row goes through the model once more when its logits
    /// are needed.
    ///
    /// - Parameters:
    ///   - count: Tokens to keep; at least one, or at least one of `ids`.
    ///   - ids: Forced tokens that follow, whose predictions nobody wants to see.
    /// - Returns: The session, without what was drawn after those tokens.
    /// - Complexity: O(tokens).
    package func rewound(to count: Int, assuming ids: [Int] = []) -> DecodingSession {
        precondition(canRewind && (0...sequence.count).contains(count), "cannot be wound back")
        precondition(count + ids.count > 0, "a sequence has at least one token")
        var session = self
        session.sequence = sequence.prefix(count)
        for id in ids { session.sequence.append(id, origin: .forced) }
        session.cache.truncate(to: min(cache.count, ids.isEmpty ? count - 1 : count))
        session.lastLogits = []
        session.processors = parameters.processors
        for index in session.processors.indices { session.showSequence(toProcessorAt: index) }
        session.restartStopMatcher()
        var trace = TokenTrace(header: recorder.trace.header)
        trace.documentMap = recorder.trace.documentMap
        let observed = recorder.trace.tokens.count
        for index in 0..<(observed >= count ? session.sequence.count : observed) {
            trace.append(session.sequence[index])
        }
        session.recorder.trace = trace
        session.recorder.amendments = AmendmentLog()
        session.returned = trace.tokens.count
        session.drawn = 0
        return session
    }

    /// The same session without observers and with nothing of what they wrote.
    package func unobserved() -> DecodingSession {
        var session = self
        session.recorder.observers = []
        session.recorder.rows = SignalRows()
        session.recorder.valueProducts = nil
        session.recorder.amendments = AmendmentLog()
        var trace = TokenTrace(header: recorder.trace.header)
        for token in recorder.trace.tokens { trace.append(token) }
        session.recorder.trace = trace
        return session
    }

    /// Takes a cache that holds the rows of the sequence's first tokens, which count as observed.
    ///
    /// - Parameter cache: The rows; of a session without observers.
    package mutating func adopt(_ cache: KVCache<Float>) {
        precondition(recorder.observers.isEmpty && cache.count <= sequence.count)
        self.cache = cache
        for index in recorder.trace.tokens.count..<sequence.count {
            recorder.trace.append(sequence[index])
        }
        lastLogits = []
        skipRecorded()
    }

    /// Lets go of signals that have been shown to all observers.
    package mutating func dropShownSignals() {
        guard passed < recorder.trace.tokens.count else { return }
        recorder.rows = SignalRows()
    }

    /// Bytes that this session keeps beside the pages of its cache, about.
    package var keptByteCount: Int {
        let cells = recorder.trace.metrics.columns.count * recorder.trace.tokens.count
        return 4 * (lastLogits.count + recorder.rows.values.count) + 160 * sequence.count
            + 16 * cells
    }

    /// Whether the cache holds the sequence from its first token on.
    package var hasWholeCache: Bool { cacheStart == 0 }

    /// The rows of the sequence's first tokens.
    package func cacheOfFirst(_ count: Int) -> KVCache<Float> {
        var rows = cache
        rows.truncate(to: min(rows.count, count))
        return rows
    }

    /// The pages of the cache, which forks share.
    package var cachePages: [ObjectIdentifier] { cache.pageIdentities }
}
