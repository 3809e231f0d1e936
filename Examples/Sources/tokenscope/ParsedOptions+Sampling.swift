import TokenScope

extension ParsedOptions {
    /// The flags that say how tokens are drawn and when that ends.
    static let samplingFlags = [
        Flag(
            name: "max-tokens", value: "N",
            help: "tokens to write at most (default 256; fewer where the context ends)"),
        Flag(name: "greedy", value: nil, help: "the most probable token at every step"),
        Flag(
            name: "temperature", value: "T",
            help: "divides the logits before softmax (default 0.8; 0 is --greedy)"),
        Flag(
            name: "top-p", value: "P",
            help: "probability mass that is kept, most probable first (default 0.95)"),
        Flag(name: "top-k", value: "K", help: "tokens that are kept (default 0: all)"),
        Flag(
            name: "min-p", value: "P",
            help: "share of the most probable token's probability that a token needs to be "
                + "kept (default 0: none)"),
        Flag(
            name: "repetition-penalty", value: "X",
            help: "divides the logits of tokens that occurred (default 1: off)"),
        Flag(
            name: "frequency-penalty", value: "X",
            help: "taken from a token's logit each time it was written (default 0)"),
        Flag(
            name: "presence-penalty", value: "X",
            help: "taken from a token's logit once it was written (default 0)"),
        Flag(
            name: "logit-bias", value: "TOKEN=X",
            help: "added to the logit of a token, named by its id or as the tokenizer spells it (a "
                + "text of digits in double quotes); -inf forbids it; may be repeated"),
        Flag(name: "seed", value: "S", help: "determines every draw (default 0)"),
    ]

    /// The flags that end a text early.
    static let stopFlags = [
        Flag(
            name: "stop", value: "TEXT",
            help: "ends when TEXT has been written, whatever tokens it is cut into; may be repeated"
        ),
        Flag(
            name: "stop-id", value: "ID",
            help: "an id that ends the text besides the model's EOS; may be repeated"),
    ]

    /// Whether any of these flags is given.
    var namesSampling: Bool {
        (Self.samplingFlags + Self.stopFlags).contains { contains($0.name) }
    }

    /// How to draw: what these flags say, and their defaults.
    ///
    /// - Parameter model: The model that spells tokens where `--model` names none.
    /// - Returns: The settings.
    /// - Throws: `ToolError` for what makes no sense.
    func sampling(
        by model: String = ParsedOptions.embeddedName
    ) throws(ToolError) -> GenerateParameters {
        let length = try number("max-tokens", as: Int.self) ?? 256
        return try sampling(
            over: contains("greedy")
                ? GenerateParameters.greedy(maxTokens: length)
                : GenerateParameters(maxTokens: length), by: model)
    }

    /// How to draw: what these flags say in the place of earlier settings.
    func sampling(
        over earlier: GenerateParameters, by model: String
    ) throws(ToolError) -> GenerateParameters {
        let greedy = contains("greedy")
        for name in ["temperature", "top-p", "top-k", "min-p"] where greedy && contains(name) {
            throw .usage("--greedy draws nothing, so --\(name) has no place beside it")
        }
        var parameters = earlier
        if greedy { parameters.temperature = 0 }
        if let length = try number("max-tokens", as: Int.self) { parameters.maxTokens = length }
        if let temperature = try number("temperature", as: Double.self) {
            parameters.temperature = temperature
        }
        if let topP = try number("top-p", as: Double.self) { parameters.topP = topP }
        if let topK = try number("top-k", as: Int.self) { parameters.topK = topK }
        if let seed = try number("seed", as: UInt64.self) { parameters.seed = seed }
        if let minP = try number("min-p", as: Double.self) { parameters.minP = minP }
        if let penalty = try number("repetition-penalty", as: Double.self) {
            parameters.repetitionPenalty = penalty
        }
        if let penalty = try number("frequency-penalty", as: Double.self) {
            parameters.frequencyPenalty = penalty
        }
        if let penalty = try number("presence-penalty", as: Double.self) {
            parameters.presencePenalty = penalty
        }
        if contains("stop-id") { parameters.stopTokenIDs = Set(try numbers("stop-id")) }
        if contains("stop") { parameters.stopStrings = all("stop") }
        if contains("logit-bias") { parameters.logitBias = try logitBias(by: model) }
        return parameters
    }
}
