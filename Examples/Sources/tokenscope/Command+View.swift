import TokenScope

extension Command {
    static let view = Command(
        name: "view",
        operands: "FILE...",
        summary: "make a page for the browser from saved traces",
        discussion: """
            Reads what `generate` and `score` wrote with --format jsonl, the sessions that `branch`
            keeps, and what other tools recorded: tokens of the TokenScope tool, attributions that
            inseq saved, and answers of servers with log-probabilities (OpenAI's protocol:
            llama-server, vLLM). It makes one HTML file of it that needs nothing else: the text coloured
            by any metric, with alternatives, attention and lenses where they were recorded. Traces
            that begin alike are shown as branches.

            Files of several samples give a trace for each. The texts of alternatives are those of
            the model's vocabulary: --model names it, and without it the embedded model's is taken
            for traces that it wrote. With --language or --fences, and the grammar installed, the
            page shows the syntax too.
            """,
        flags: [
            Flag(
                name: "output", value: "FILE",
                help: "write the page to FILE instead of to standard output"),
            Flag(name: "title", value: "TEXT", help: "the page's heading"),
        ] + CodeFolding.flags + commonFlags.filter { ["model", "help"].contains($0.name) },
        run: { (options) throws(ToolError) in
            guard !options.operands.isEmpty else { throw .usage("view needs a file of traces") }
            let folding = try CodeFolding(options, path: nil)
            let hasSyntax = options.contains("language") || options.contains("fences")
            var parts: [Part] = []
            for path in options.operands {
                parts += try Part.read(path, isAlone: options.operands.count == 1)
            }
            guard let first = parts.lazy.compactMap(\.first).first else {
                throw .input("\(options.operands[0]): holds no trace")
            }
            let tokenizer = try tokenizer(for: first, options)
            var report = HTMLReport(
                title: options["title"] ?? Output.title(of: first), language: options["language"]
            ) { tokenizer?.bytes(of: $0) }
            for part in parts {
                switch part {
                case .trace(let trace, let attributions, let name):
                    report.add(
                        trace, name: name, attributions: attributions,
                        syntax: hasSyntax ? PageSyntax.of(trace, folding) : nil)
                case .tree(let tree): report.add(tree)
                }
            }
            try Output(path: options["output"]).write(report.html())
        }
    )

    /// What a file holds of a page.
    private enum Part {
        case trace(TokenTrace, [Attribution], name: String)
        case tree(BranchTree)

        var first: TokenTrace? {
            switch self {
            case .trace(let trace, _, _): trace
            case .tree(let tree): tree.leaves.first.map { tree.trace(of: $0) }
            }
        }

        /// The traces of a file, or the branches of a session.
        static func read(_ path: String, isAlone: Bool) throws(ToolError) -> [Part] {
            let contents = try Input.file(path)
            let beginning = contents.copy(0..<min(256, contents.byteCount))
            do {
                // A session names its format first.
                if String(decoding: beginning, as: UTF8.self).contains(BranchSessionFile.format) {
                    return [.tree(try BranchSessionFile.session(in: contents).tree)]
                }
                let stem = path.split(separator: "/").last.map(String.init) ?? path
                let samples = try RecordedTrace.all(in: contents)
                return samples.enumerated().map { place, recorded in
                    let number =
                        samples.count > 1 ? "sample \(recorded.sample ?? place)" : nil
                    let name = [isAlone && number != nil ? nil : stem, number]
                        .compactMap { $0 }.joined(separator: ", ")
                    return .trace(recorded.trace, recorded.attributions, name: name)
                }
            } catch {
                throw .input("\(error)")
            }
        }
    }

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
