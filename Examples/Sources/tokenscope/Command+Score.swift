import TokenScope

extension Command {
    static let score = Command(
        name: "score",
        operands: "[FILE]",
        summary: "measure a text that is already written",
        discussion: """
            Sends a source file (or --text, or the ids of an earlier run) through the model in one
            pass and shows how sure it was of every token. "-" reads standard input.

            With --ids, which takes the JSON Lines of `generate` or `score`, a JSON list of ids, or
            ids apart by white space, the text of the ids is encoded again as well, and a line on
            standard error says whether the same ids come back.
            """,
        flags: [
            Flag(name: "text", value: "TEXT", help: "the text to measure, instead of a file"),
            Flag(name: "ids", value: "FILE", help: "the ids to measure, instead of a text"),
            Flag(
                name: "sample", value: "K",
                help: "with --ids, which sample to measure of a file of several"),
        ] + commonFlags + Observation.flags + Fold.flags,
        run: { (options) throws(ToolError) in
            var parameters = GenerateParameters.greedy(maxTokens: 0)
            parameters.window = try options.window()
            let settings = parameters
            let addBOS = options.contains("bos")
            if let path = options["ids"] {
                guard options.operands.isEmpty, !options.contains("text"), !addBOS else {
                    throw .usage("--ids says all there is to measure")
                }
                let ids = try Input.ids(
                    path, sample: try options.number("sample", as: Int.self))
                var run = try Run(options)
                run.reportReencoding(of: ids)
                try run.decode { (model) throws(DecodingFailure) in
                    try DecodingSession(model, ids: ids, parameters: settings)
                }
            } else {
                guard !options.contains("sample") else {
                    throw .usage("--sample goes with --ids")
                }
                let text = try Input.text(options)
                var run = try Run(options)
                try run.decode { (model) throws(DecodingFailure) in
                    try DecodingSession(
                        model, prompt: text, parameters: settings, addBOS: addBOS)
                }
            }
        }
    )
}
