import TokenScope

extension Command {
    static let view = Command(
        name: "view",
        operands: "TRACE.jsonl...",
        summary: "make a page for the browser from saved traces",
        discussion: """
            Reads what `generate` and `score` wrote with --format jsonl, and makes one HTML file of it
            that needs nothing else: the text coloured by any metric, with alternatives, attention and
            lenses where they were recorded. Traces that begin alike are shown as branches.

            Files of several samples give a trace for each. The texts of alternatives are those of the
            model's vocabulary: --model names it, and without it the embedded model's is taken for traces
            that it wrote.
            """,
        flags: [
            Flag(
                name: "output", value: "FILE",
                help: "write the page to FILE instead of to standard output"),
            Flag(name: "title", value: "TEXT", help: "the page's heading"),
            Flag(
                name: "language", value: "NAME",
                help: "the language of the text, such as python; text for prose"),
        ] + commonFlags.filter { ["model", "help"].contains($0.name) },
        run: { (options) throws(ToolError) in
            guard !options.operands.isEmpty else { throw .usage("view needs a file of traces") }
            var traces: [(name: String, trace: TokenTrace)] = []
            for path in options.operands {
                let stem = path.split(separator: "/").last.map(String.init) ?? path
                let contents = try Input.file(path)
                do throws(ReportError) {
                    let samples = try JSONLinesReader.samples(in: contents)
                    for (place, sample) in samples.enumerated() {
                        let trace = try sample.trace(file: path)
                        let number = samples.count > 1 ? "sample \(sample.sample ?? place)" : nil
                        let both = [options.operands.count > 1 ? stem : nil, number]
                        let name = both.compactMap { $0 }.joined(separator: ", ")
                        traces.append((name.isEmpty ? stem : name, trace))
                    }
                } catch {
                    throw .input("\(error)")
                }
            }
            guard let first = traces.first?.trace else {
                throw .input("\(options.operands[0]): holds no trace")
            }
            let tokenizer = try tokenizer(for: first, options)
            var report = HTMLReport(
                title: options["title"] ?? Output.title(of: first), language: options["language"]
            ) { tokenizer?.bytes(of: $0) }
            for (name, trace) in traces {
                report.add(
                    trace, name: name,
                    syntax: PageSyntax.of(trace, language: options["language"]))
            }
            try Output(path: options["output"]).write(report.html())
        }
    )

    /// What names the ids of a trace: the vocabulary that the options name, or the embedded model's where
    /// that wrote the trace.
    private static func tokenizer(
        for trace: TokenTrace, _ options: ParsedOptions
    ) throws(ToolError) -> (any Tokenizer)? {
        let isEmbedded = trace.header.model.name == ParsedOptions.embeddedName
        guard options.contains("model") || isEmbedded else { return nil }
        do {
            return try AutoTokenizer.from(try options.modelFiles())
        } catch let error as ToolError {
            throw error
        } catch {
            throw .input("\(error)")
        }
    }
}
