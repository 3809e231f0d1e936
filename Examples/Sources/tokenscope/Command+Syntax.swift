import TokenScope

extension Command {
    static let syntax = Command(
        name: "syntax",
        operands: "[FILE]",
        summary: "measure a source file and fold the numbers over its syntax",
        discussion: """
            Sends a source file through the model as `score` does and shows its syntax tree with the
            metrics of every node; with --fold its statements, lines, definitions, or another level.
            A file longer than the model's context is read in windows. With --trace it folds what
            was measured before, by this tool or by another one (see `view`), without a model.

            With --map it shows which construct had to do with which: attention or an attribution of
            every token, folded over the syntax at both ends.

            Every byte counts once: what the units of a level own sums to the whole. Grammars are
            those that Scripts/grammars installs, and those of editors.
            """,
        flags: [
            Flag(
                name: "fold", value: "LEVEL",
                help: "one row for each unit of a level instead of the tree: "
                    + CodeFolding.levelNames),
            Flag(
                name: "trace", value: "FILE",
                help: "a trace that was recorded, instead of a file that is to be measured"),
            Flag(
                name: "sample", value: "K",
                help: "with --trace, which trace of a file of several"),
            Flag(name: "depth", value: "N", help: "nodes down to this depth, with the tree"),
            Flag(
                name: "hot", value: "N",
                help: "the N most uncertain definitions, calls, literals and statements, with "
                    + "reasons"),
            Flag(
                name: "metrics", value: "NAMES",
                help: "the metrics that are shown, apart by commas (default surprisal, entropy and "
                    + "confidence); all shows all"),
            Flag(
                name: "quantiles", value: "LIST",
                help: "with --format json, quantiles of each unit, as in 0.1,0.5,0.9"),
            Flag(
                name: "bootstrap", value: "N",
                help: "with --format json, intervals of each mean, from N means drawn again"),
            Flag(name: "seed", value: "S", help: "determines the draws of --bootstrap (default 0)"),
            Flag(
                name: "concepts", value: nil,
                help: "ASTrust's concepts, with the probability of their tokens"),
        ] + SyntaxMapRun.flags + [
            Flag(
                name: "format", value: "FORMAT",
                help: "text (default) or json; with --map also svg and html, a page for the browser"
            ),
            Output.flag,
        ] + CodeFolding.flags + ParsedOptions.modelFlags
            + commonFlags.filter { ["window", "stride", "quiet", "help"].contains($0.name) },
        run: { (options) throws(ToolError) in try SyntaxRun(options).run() }
    )
}

/// One run of `syntax`.
private struct SyntaxRun {
    private let options: ParsedOptions
    private let aggregator: CodeAggregator
    private let level: SyntaxLevel?
    private let isJSON: Bool
    private let map: SyntaxMapRun?

    init(_ options: ParsedOptions) throws(ToolError) {
        self.options = options
        let format = options["format"] ?? "text"
        map = try SyntaxMapRun(options)
        guard (map == nil ? ["text", "json"] : SyntaxMapRun.formats).contains(format) else {
            throw .usage(
                "--format takes text or json, with --map also svg or html, not \"\(format)\"")
        }
        isJSON = format == "json"
        level = try options["fold"].map { name throws(ToolError) in try CodeFolding.level(name) }
        if level != nil, options.contains("depth") {
            throw .usage("--depth goes with the tree, not with --fold")
        }
        var aggregator = CodeAggregator(levels: [level ?? .namedNode])
        for name in ["quantiles", "bootstrap"] where options.contains(name) && !isJSON {
            throw .usage("--\(name) goes with --format json")
        }
        if let list = options["quantiles"] {
            let values = list.split(separator: ",").compactMap { Double($0) }
            guard values.count == list.split(separator: ",").count,
                values.allSatisfy({ (0...1).contains($0) })
            else { throw .usage("--quantiles takes numbers from 0 to 1, not \"\(list)\"") }
            aggregator.quantiles = values
        }
        if let count = try options.number("bootstrap", as: Int.self) {
            guard (2...100_000).contains(count) else {
                throw .usage("--bootstrap takes a number from 2 to 100000")
            }
            let seed = try options.number("seed", as: UInt64.self) ?? 0
            aggregator.bootstrap = Bootstrap(replicates: count, seed: seed)
        }
        self.aggregator = aggregator
    }

    func run() throws(ToolError) {
        let trace: TokenTrace
        let folding: CodeFolding
        if let path = options["trace"] {
            guard options.operands.isEmpty, map == nil else {
                throw .usage("--trace takes the place of the file, and goes without --map")
            }
            folding = try CodeFolding(options, path: nil)
            trace = try Input.trace(path, sample: try options.number("sample", as: Int.self))
        } else {
            guard let path = options.operands.first, options.operands.count == 1 else {
                throw .usage("syntax needs one file, or --trace")
            }
            guard !options.contains("sample") else { throw .usage("--sample goes with --trace") }
            let text = try Input.text(options)
            folding = try CodeFolding(options, path: path)
            let model: ModelContext
            (trace, model) = try measured(text)
            if let mapped = self.map {
                let (sources, map) = try folding.sources(of: trace)
                return try mapped.write(trace, model, sources: sources, map: map, folding)
            }
        }
        let (sources, map) = try folding.sources(of: trace)
        if let count = try options.number("hot", as: Int.self) {
            guard count > 0 else { throw .usage("--hot takes a number of at least 1") }
            let spots = aggregator.hotSpots(count: count, in: trace, over: sources, map: map)
            return Terminal.write(
                isJSON
                    ? try JSONText.text(of: spots, named: "hot_spots", as: .hotSpots)
                    : SyntaxView().list(spots))
        }
        if options.contains("concepts") {
            let concepts = aggregator.concepts(in: trace, over: sources, map: map)
            return Terminal.write(
                isJSON
                    ? try JSONText.text(of: concepts, named: "concepts", as: .concepts)
                    : Self.table(of: concepts))
        }
        let report = aggregator.report(of: trace, over: sources, map: map)
        if isJSON { return Terminal.write(try JSONText.text(of: report, as: .syntax)) }
        let view = SyntaxView(metrics: try shownMetrics(of: report))
        if let level { return Terminal.write(view.table(of: level, in: report) ?? "") }
        var texts: [Int: [UInt8]] = [:]
        for source in sources { texts[source.region] = source.text }
        let depth = try options.number("depth", as: Int.self)
        Terminal.write(view.tree(of: report, text: { texts[$0] ?? [] }, depth: depth) ?? "")
    }

    private func measured(
        _ text: String
    ) throws(ToolError) -> (trace: TokenTrace, model: ModelContext) {
        let progress = Progress(options)
        let (files, modelOptions) = (try options.modelFiles(), try options.modelOptions())
        let model = try Run.load(files, modelOptions, progress)
        let window = try options.window()
        defer { progress.clear() }
        try map?.check(model)
        do throws(DecodingFailure) {
            if let map { return (try map.measured(text, model, progress), model) }
            let trace = try model.score(text, window: window) { done, total in
                progress.show("reading: \(done) of \(total) tokens")
            }
            return (trace, model)
        } catch {
            throw ToolError(error)
        }
    }

    private func shownMetrics(of report: SyntaxReport) throws(ToolError) -> [String] {
        let names = report.whole.map(\.name)
        guard let list = options["metrics"] else {
            return ["surprisal", "entropy", "confidence"].filter(names.contains)
        }
        if list == "all" { return names }
        let wanted = list.split(separator: ",").map(String.init)
        for name in wanted where !names.contains(name) {
            throw .usage(
                "--metrics takes names out of \(names.joined(separator: ", ")), not \"\(name)\"")
        }
        return wanted
    }

    private static func table(of concepts: [SyntaxConcept]) -> String {
        func short(_ value: Double) -> String { "\((value * 1000).rounded() / 1000)" }
        return TextTable([
            .init("concept", concepts.map(\.name), isText: true),
            .init("nodes", concepts.map { "\($0.nodes)" }),
            .init("tokens", concepts.map { "\($0.tokens)" }),
            .init("mean", concepts.map { short($0.mean) }),
            .init("median of nodes", concepts.map { short($0.medianOfNodes) }),
        ]).text
    }
}
