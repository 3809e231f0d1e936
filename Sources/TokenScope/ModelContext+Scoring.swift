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
    /// - Throws: ``DecodingFailure``.
    /// - Complexity: That of a pass over the text; with windows of stride *s* and length *l*, *l*/*s* times.
    public func score(
        _ text: String, window: ContextWindow? = nil,
        progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
    ) throws(DecodingFailure) -> TokenTrace {
        var parameters = GenerateParameters.greedy(maxTokens: 0)
        parameters.window = window
        let limit = configuration.contextLength
        if window == nil, tokenizer.encode(text: text).count > limit {
            parameters.window = ContextWindow(length: limit, stride: max(1, limit / 2))
        }
        var session = try DecodingSession(self, prompt: text, parameters: parameters)
        session.attachStandardMetrics()
        if parameters.window != nil { session.attach(ContextLengthObserver()) }
        session.prefillProgress = progress
        while try session.next() != nil {}
        return session.trace
    }
}
