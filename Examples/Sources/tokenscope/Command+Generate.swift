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
        flags: ParsedOptions.samplingFlags + [
            Flag(
                name: "samples", value: "N",
                help: "write N continuations, numbered from 0, which share the prompt's pass; "
                    + "sample 0 has the seed S, and the seed of each, with which it comes again "
                    + "alone, is in its heading or header"),
            Flag(
                name: "chat", value: nil,
                help: "PROMPT is what a user says, put into the model's chat template"),
            Flag(name: "system", value: "TEXT", help: "with --chat, what the system says first"),
        ] + ParsedOptions.stopFlags + commonFlags + Observation.flags + Fold.flags,
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
        var parameters = try options.sampling()
        parameters.window = try options.window()
        return parameters
    }
}
