import TokenScope

extension TokenTrace {
    /// A trace without predictions: the tokens of a text.
    init(of encoding: Encoding, by tokenizer: any Tokenizer) {
        self.init(
            header: TraceHeader(
                model: ModelIdentity(name: "", family: "", fingerprint: "", parameterCount: 0),
                arithmetic: "none", kernels: "none", settings: GenerationSettings(maxTokens: 0),
                eosTokenIDs: [], contextLength: 0, libraryVersion: TokenScopeVersion.current))
        for (id, span) in zip(encoding.ids, encoding.sourceSpans) {
            append(
                id: id, bytes: tokenizer.bytes(of: id) ?? [], sourceSpan: span, origin: .prompt,
                role: tokenizer.role(of: id))
        }
    }
}
