import TokenScope

extension Command {
    static let attribute = Command(
        name: "attribute",
        operands: "[FILE]",
        summary: "show which tokens a prediction came from",
        discussion: """
            Sends a source file (or --text; "-" reads standard input) through the model and says, by
            a named method, how much each token before the target had to do with its prediction.

            methods:
            \(AttributionChoice.help)
            """,
        flags: [
            Flag(name: "text", value: "TEXT", help: "the text, instead of a file"),
            Flag(
                name: "target", value: "TARGET",
                help: "the predicted token: last (default), a token's number, LINE:COLUMN of the "
                    + "text (both from 1, columns in bytes), or next: what the model would write"),
            Flag(
                name: "against", value: "TEXT",
                help: "explain why the target and not this token, as the tokenizer spells it"),
            Flag(
                name: "method", value: "NAME",
                help: "one of the methods above (default fisher)"),
            Flag(
                name: "rank", value: "K",
                help: "of fisher: directions that are followed back (default 4), or full"),
            Flag(
                name: "format", value: "FORMAT",
                help: "heat: tokens coloured by their share (default; plain text when not a "
                    + "terminal or with NO_COLOR); table; json; svg: a picture"),
        ] + ParsedOptions.modelFlags
            + commonFlags.filter { ["bos", "quiet", "help"].contains($0.name) },
        run: { (options) throws(ToolError) in
            let choice = try AttributionChoice(options)
            let format = try Format(options)
            guard [.heat, .table, .json, .svg].contains(format) else {
                throw .usage("attribute writes heat, table, json or svg")
            }
            let source = try Input.text(options, need: "attribute needs one file or --text")
            let progress = Progress(options)
            let model = try Run.load(
                try options.modelFiles(), try options.modelOptions(), progress)
            let text = AttributionText(source, model, addBOS: options.contains("bos"))
            progress.show("reading \(text.trace.tokens.count) tokens")
            defer { progress.clear() }
            let attribution: Attribution
            do throws(AttributionFailure) {
                let attributed = try AttributedText(text.ids, in: model)
                let target = try text.target(
                    options["target"] ?? "last", against: options["against"])
                attribution = try choice.method.attribute(target, in: attributed)
            } catch {
                throw .input("\(error)")
            }
            progress.clear()
            try text.write(attribution, as: format)
        }
    )
}
