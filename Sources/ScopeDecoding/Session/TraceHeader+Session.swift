internal import ScopeTrace
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
            settings: GenerationSettings(
                maxTokens: parameters.maxTokens, temperature: parameters.temperature,
                topK: parameters.topK, topP: parameters.topP, minP: parameters.minP,
                repetitionPenalty: parameters.repetitionPenalty,
                frequencyPenalty: parameters.frequencyPenalty,
                presencePenalty: parameters.presencePenalty, logitBias: parameters.logitBias,
                seed: parameters.seed, stopTokenIDs: parameters.stopTokenIDs.sorted(),
                stopStrings: parameters.stopStrings, addSpecialTokens: addSpecialTokens,
                prefillStepSize: parameters.prefillStepSize, window: parameters.window),
            eosTokenIDs: context.configuration.eosTokenIDs,
            contextLength: context.configuration.contextLength,
            libraryVersion: TokenScopeVersion.current)
    }
}
