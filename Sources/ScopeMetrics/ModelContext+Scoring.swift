public import ScopeDecoding
internal import ScopeTokenizers
public import ScopeTrace
internal import ScopeTransformer

extension ModelContext {
    /// Measures a text that is already written with the standard metrics.
    ///
    /// Nothing is added to the text. One that is longer than the model's context is read in windows as long
    /// as the context which move on by half of it; how much each token was predicted from is then in the
    /// metric `context_length`.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - window: The windows; nil for windows only where the text is longer than the context.
    ///   - progress: Called while the text is read, with the tokens read and all.
    /// - Returns: The trace of the text.
    /// - Throws: ``/ScopeDecoding/DecodingFailure``.
    /// - Complexity: That of a pass over the text; with windows of stride *s* and length *l*, *l*/*s* times.
    public func score(
        _ text: String, window: ContextWindow? = nil,
        progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
    ) throws(DecodingFailure) -> TokenTrace {
        var session = try scoringSession(of: text, window: window)
        session.prefillProgress = progress
        while try session.next() != nil {}
        return session.trace
    }

    /// A session that will measure a text that is already written with the standard metrics, for those who
    /// attach more.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - window: The windows; nil for windows only where the text is longer than the context, as
    ///     ``score(_:window:progress:)`` has them.
    ///   - addBOS: Whether the model's BOS token goes first.
    /// - Returns: The session, which writes nothing.
    /// - Throws: ``/ScopeDecoding/DecodingFailure``.
    /// - Complexity: O(bytes of the text).
    public func scoringSession(
        of text: String, window: ContextWindow? = nil, addBOS: Bool = false
    ) throws(DecodingFailure) -> DecodingSession {
        var parameters = GenerateParameters.greedy(maxTokens: 0)
        parameters.window = window
        let limit = configuration.contextLength
        if window == nil, tokenizer.encode(text: text).count + (addBOS ? 1 : 0) > limit {
            parameters.window = ContextWindow(length: limit, stride: max(1, limit / 2))
        }
        var session = try DecodingSession(
            self, prompt: text, parameters: parameters, addBOS: addBOS)
        session.attachStandardMetrics()
        if parameters.window != nil { session.attach(ContextLengthObserver()) }
        return session
    }
}
