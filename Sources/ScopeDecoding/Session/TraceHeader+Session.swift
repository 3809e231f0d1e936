public import ScopeTrace
internal import ScopeTransformer

/// The version of this package, as traces record it.
public enum TokenScopeVersion {
    /// The semantic version.
    public static let current = "0.1.0"
}

extension TraceHeader {
    /// Everything that determines a session's tokens and numbers.
    init(_ context: ModelContext, _ parameters: GenerateParameters, addSpecialTokens: Bool) {
        self.init(
            model: context.identity,
            arithmetic: context.model.arithmetic,
            kernels: context.model.kernels,
            settings: GenerationSettings(parameters, addSpecialTokens: addSpecialTokens),
            eosTokenIDs: context.configuration.eosTokenIDs,
            contextLength: context.configuration.contextLength,
            libraryVersion: TokenScopeVersion.current)
    }
}

extension GenerationSettings {
    /// The settings as a trace records them.
    init(_ parameters: GenerateParameters, addSpecialTokens: Bool) {
        self.init(
            maxTokens: parameters.maxTokens, temperature: parameters.temperature,
            topK: parameters.topK, topP: parameters.topP, minP: parameters.minP,
            repetitionPenalty: parameters.repetitionPenalty,
            frequencyPenalty: parameters.frequencyPenalty,
            presencePenalty: parameters.presencePenalty, logitBias: parameters.logitBias,
            seed: parameters.seed, stopTokenIDs: parameters.stopTokenIDs.sorted(),
            stopStrings: parameters.stopStrings, addSpecialTokens: addSpecialTokens,
            prefillStepSize: parameters.prefillStepSize, window: parameters.window)
    }
}

extension GenerateParameters {
    /// The settings that a trace records, to draw by them again.
    ///
    /// Processors and interventions are recorded by name only and are not part of this.
    ///
    /// - Parameter settings: What a trace's header or a node of a tree holds.
    public init(_ settings: GenerationSettings) {
        self.init(
            maxTokens: settings.maxTokens, temperature: settings.temperature, topK: settings.topK,
            topP: settings.topP, minP: settings.minP,
            repetitionPenalty: settings.repetitionPenalty,
            frequencyPenalty: settings.frequencyPenalty,
            presencePenalty: settings.presencePenalty, logitBias: settings.logitBias,
            seed: settings.seed, stopTokenIDs: Set(settings.stopTokenIDs),
            stopStrings: settings.stopStrings,
            prefillStepSize: settings.prefillStepSize ?? GenerateParameters().prefillStepSize,
            window: settings.window)
    }
}
