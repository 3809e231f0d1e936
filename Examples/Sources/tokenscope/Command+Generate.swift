import TokenScope

extension Command {
    static let generate = Command(
        name: "generate",
        operands: "PROMPT",
        summary: "let the model continue a prompt",
        discussion: """
            Continues PROMPT token by token and shows how sure the model was of each one, the
            prompt's own tokens included. "-" reads the prompt from standard input. Nothing is
            added to the prompt, and the same arguments give the same bytes.

            Tokens are drawn with temperature 0.8 and top-p 0.95 from seed 0, unless --greedy
            takes the most probable one at every step. Ctrl-C ends with what there is.
            """,
        flags: [
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
            Flag(name: "seed", value: "S", help: "determines every draw (default 0)"),
            Flag(
                name: "samples", value: "N",
                help: "write N continuations, numbered from 0, which share the prompt's pass; "
                    + "sample 0 has the seed S, and the seed of each, with which it comes again "
                    + "alone, is in its heading or header"),
            Flag(
                name: "stop", value: "TEXT",
                help: "ends when TEXT has been written, whatever tokens it is cut into"),
            Flag(
                name: "stop-id", value: "ID",
                help: "an id that ends the text besides the model's EOS"),
            Flag(
                name: "chat", value: nil,
                help: "PROMPT is what a user says, put into the model's chat template"),
            Flag(name: "system", value: "TEXT", help: "with --chat, what the system says first"),
        ] + commonFlags + Observation.flags + CodeFolding.foldFlags,
        run: { (options) throws(ToolError) in
            let parameters = try parameters(options)
            let samples = try samples(options, parameters)
            var prompt = try Input.prompt(options)
            var run = try Run(options)
            if options.contains("chat") {
                prompt = try Input.chat(prompt, options)
            } else if options.contains("system") {
                throw .usage("--system goes with --chat")
            }
            try run.decode(samples: samples) { (model) throws(DecodingFailure) in
                try DecodingSession(
                    model, prompt: prompt, parameters: parameters, addBOS: options.contains("bos"))
            }
        }
    )

    /// More would be a slip of the finger.
    private static let mostSamples = 10_000

    private static func samples(
        _ options: ParsedOptions, _ parameters: GenerateParameters
    ) throws(ToolError) -> Int? {
        guard let count = try options.number("samples", as: Int.self) else { return nil }
        guard (1...mostSamples).contains(count) else {
            throw .usage("--samples takes a number from 1 to \(mostSamples), not \(count)")
        }
        guard count == 1 || parameters.temperature != 0 else {
            throw .usage("without draws all samples are the same: --samples needs a temperature")
        }
        return count
    }

    private static func parameters(
        _ options: ParsedOptions
    ) throws(ToolError) -> GenerateParameters {
        let greedy = options.contains("greedy")
        for name in ["temperature", "top-p", "top-k", "min-p"]
        where greedy && options.contains(name) {
            throw .usage("--greedy draws nothing, so --\(name) has no place beside it")
        }
        let length = try options.number("max-tokens", as: Int.self) ?? 256
        var parameters =
            greedy
            ? GenerateParameters.greedy(maxTokens: length)
            : GenerateParameters(maxTokens: length)
        if let temperature = try options.number("temperature", as: Double.self) {
            parameters.temperature = temperature
        }
        if let topP = try options.number("top-p", as: Double.self) { parameters.topP = topP }
        if let topK = try options.number("top-k", as: Int.self) { parameters.topK = topK }
        if let seed = try options.number("seed", as: UInt64.self) { parameters.seed = seed }
        if let minP = try options.number("min-p", as: Double.self) { parameters.minP = minP }
        if let penalty = try options.number("repetition-penalty", as: Double.self) {
            parameters.repetitionPenalty = penalty
        }
        if let penalty = try options.number("frequency-penalty", as: Double.self) {
            parameters.frequencyPenalty = penalty
        }
        if let penalty = try options.number("presence-penalty", as: Double.self) {
            parameters.presencePenalty = penalty
        }
        if let id = try options.number("stop-id", as: Int.self) {
            parameters.stopTokenIDs = [id]
        }
        if let text = options["stop"] { parameters.stopStrings = [text] }
        parameters.window = try options.window()
        return parameters
    }
}
