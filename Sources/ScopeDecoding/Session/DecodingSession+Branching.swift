internal import ScopeTrace
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
        // More tokens may be more than observers can keep.
        isObservationChecked = false
        let old = recorder.trace.header.settings
        var settings = GenerationSettings(parameters, addSpecialTokens: old.addSpecialTokens)
        settings.processors = old.processors
        settings.interventions = old.interventions
        recorder.trace.header.settings = settings
        recorder.trace.stopReason = nil
        recorder.trace.stopMatch = nil
    }

    /// Looks for stop texts in what is written from here on; what is there can be a text's beginning.
    mutating func restartStopMatcher() {
        stopMatcher = StopMatcher(parameters.stopStrings)
        for index in 0..<sequence.count where sequence[index].origin != .prompt {
            _ = stopMatcher.append(sequence[index])
        }
    }
}
