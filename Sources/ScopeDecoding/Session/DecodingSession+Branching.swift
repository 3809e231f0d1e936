package import ScopeTrace
internal import ScopeTokenizers
internal import ScopeTransformer

extension DecodingSession {
    /// Goes on with other settings: another seed, other samplers, another number of tokens.
    ///
    /// A session that has ended can go on, unless it failed, and `maxTokens` counts from here. What is
    /// written so far stays as it is; stop texts are looked for in what is written from here on, the end
    /// of what is there already included. Attached processors stay. The trace's header names the new
    /// settings, although earlier tokens were drawn with others.
    ///
    /// - Parameter parameters: The settings; `window` must stay as it is, for the cache depends on it.
    /// - Throws: ``DecodingFailure/invalidSetting(name:reason:)``.
    /// - Complexity: O(tokens).
    public mutating func resume(with parameters: GenerateParameters) throws(DecodingFailure) {
        try parameters.validate(
            vocabularySize: context.configuration.vocabularySize,
            contextLength: context.configuration.contextLength)
        guard parameters.window == self.parameters.window else {
            throw .invalidSetting(
                name: "window", reason: "must stay as it is while a sequence is being written")
        }
        let attached = processors.dropFirst(self.parameters.processors.count)
        processors = parameters.processors
        for index in processors.indices { showSequence(toProcessorAt: index) }
        processors += attached
        self.parameters = parameters
        restartStopMatcher()
        drawn = 0
        let old = recorder.trace.header.settings
        var settings = GenerationSettings(parameters, addSpecialTokens: old.addSpecialTokens)
        settings.processors = old.processors
        settings.interventions = old.interventions
        recorder.trace.header.settings = settings
        recorder.trace.stopReason = nil
        recorder.trace.stopMatch = nil
    }

    /// Looks for stop texts in what is written from here on; what is there can be a text's beginning.
    private mutating func restartStopMatcher() {
        stopMatcher = StopMatcher(parameters.stopStrings)
        for index in 0..<sequence.count where sequence[index].origin != .prompt {
            _ = stopMatcher.append(sequence[index])
        }
    }

    /// The tokens of the sequence, those that were not observed yet included.
    package var sequenceTokens: [TokenRecord] { (0..<sequence.count).map { sequence[$0] } }

    /// How many tokens there are of the sequence.
    package var tokenCount: Int { sequence.count }

    /// How a token was drawn; nil where it was not.
    package func draw(of index: Int) -> Draw? { sequence.draw(of: index) }

    /// Whether anybody was shown, or computed, anything yet.
    package var hasBegun: Bool { cache.count > 0 || !recorder.trace.tokens.isEmpty }

    /// Whether a shorter session can be made of this one without reading anything again: nobody
    /// watches, nobody steers, and no window has moved.
    package var canRewind: Bool {
        recorder.observers.isEmpty && cacheStart == 0 && failure == nil
            && processors.count == parameters.processors.count
    }

    /// This session as it was when it had fewer tokens; it shares the cache's pages.
    ///
    /// The last token's row goes through the model once more when it is needed, for its logits.
    ///
    /// - Parameter count: Tokens to keep, at least one.
    /// - Complexity: O(tokens).
    package func rewound(to count: Int) -> DecodingSession {
        precondition(canRewind && (1...sequence.count).contains(count), "cannot be wound back")
        var session = self
        session.sequence = sequence.prefix(count)
        session.cache.truncate(to: min(cache.count, count - 1))
        session.lastLogits = []
        session.processors = parameters.processors
        for index in session.processors.indices { session.showSequence(toProcessorAt: index) }
        session.restartStopMatcher()
        var trace = TokenTrace(header: recorder.trace.header)
        for index in 0..<min(count, recorder.trace.tokens.count) { trace.append(sequence[index]) }
        session.recorder.trace = trace
        session.recorder.amendments = AmendmentLog()
        session.returned = min(returned, trace.tokens.count)
        session.drawn = 0
        return session
    }

    /// A session over another prompt, with what this one had before it began.
    ///
    /// - Parameters:
    ///   - ids: The prompt.
    ///   - sourceSpans: Where the prompt's tokens lie in the caller's document; nil where each text
    ///     token follows the one before.
    /// - Throws: ``DecodingFailure`` as the initialisers.
    package func restarted(
        ids: [Int], sourceSpans: [Range<Int>?]?
    ) throws(DecodingFailure) -> DecodingSession {
        precondition(!hasBegun, "what was observed cannot be forgotten")
        let settings = recorder.trace.header.settings
        var session = try DecodingSession(
            context, ids: ids, sourceSpans: sourceSpans, parameters: parameters,
            addedSpecialTokens: settings.addSpecialTokens)
        session.recorder.observers = recorder.observers
        for processor in processors.dropFirst(parameters.processors.count) {
            session.processors.append(processor)
            session.showSequence(toProcessorAt: session.processors.count - 1)
        }
        session.recorder.trace.header = recorder.trace.header
        session.edits = edits
        session.prefillProgress = prefillProgress
        session.observationBudget = observationBudget
        return session
    }

    /// Appends a token that was there before, as it came to be then.
    ///
    /// - Parameters:
    ///   - id: The token.
    ///   - origin: How it came into the sequence.
    ///   - draw: How it was drawn; nil where it was not.
    package mutating func replay(_ id: Int, origin: TokenOrigin, draw: Draw?) {
        append(id, origin: origin, draw: draw)
        recorder.trace.stopReason = nil
        recorder.trace.stopMatch = nil
    }

    /// Whether the last token is one that ends a text.
    package var endsInStopToken: Bool {
        guard sequence.count > 0 else { return false }
        let id = sequence[sequence.count - 1].id
        return context.configuration.eosTokenIDs.contains(id) || parameters.stopTokenIDs.contains(id)
    }

    /// Bytes that this session keeps beside the pages of its cache, about.
    package var keptByteCount: Int {
        let metrics = recorder.trace.metrics.columns.count * recorder.trace.tokens.count
        return 4 * lastLogits.count + 160 * sequence.count + 16 * metrics
            + recorder.rows.values.count * 4
    }

    /// The pages of the cache, which forks share.
    package var cachePages: [ObjectIdentifier] { cache.pageIdentities }

    /// Tokens that have gone through the model.
    package var cachedTokenCount: Int { passed }
}
