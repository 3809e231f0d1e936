import ScopeAttribution
import TokenScope

/// What `syntax --map` shows: which construct had to do with which.
struct SyntaxMapRun {
    private let options: ParsedOptions
    private let source: Source
    private let level: SyntaxLevel
    private let norm: SyntaxMap.Norm
    private let rowToken: SyntaxMap.RowToken
    private let isRolledUp: Bool
    private let output: Output

    /// What is folded.
    private enum Source {
        case attention(layer: Int?, head: Int?)
        case rollout
        case method(any AttributionMethod)
    }

    static let formats = ["text", "json", "svg", "html"]

    static let flags = [
        Flag(
            name: "map", value: "NAME",
            help: "which construct had to do with which: attention, rollout, or a method of "
                + "`attribute`, which explains every token"),
        Flag(
            name: "level", value: "LEVEL",
            help: "with --map, the level of the constructs (default statement)"),
        Flag(
            name: "norm", value: "NORM",
            help: "with --map: sum (signs kept; the default of methods); mean: by the row's tokens "
                + "(the default of attention); share: of the row; max: the strongest pair of tokens"
        ),
        Flag(
            name: "row", value: "TOKEN",
            help: "with --map, the token that a row counts for: predicted (default) or reading"),
        Flag(
            name: "nested", value: nil,
            help: "with --map and --norm sum, constructs take in those within them"),
        Flag(
            name: "layer", value: "L",
            help: "with --map attention, the layer from 0 (default the last)"),
        Flag(
            name: "head", value: "H",
            help: "with --map attention, the query head from 0 (default the mean over heads)"),
        Flag(name: "rank", value: "K", help: "with --map fisher, as of `attribute`"),
        Flag(name: "samples", value: "N", help: "with --map, as of `attribute`"),
        Flag(name: "width", value: "N", help: "with --map, as of `attribute`"),
        Flag(
            name: "budget", value: "BYTES",
            help: "with --map METHOD, what is held at once (default 2 GiB)"),
    ]

    /// What `--map` asks for, nil without it.
    init?(_ options: ParsedOptions) throws(ToolError) {
        self.options = options
        guard let name = options["map"] else {
            let flags = Self.flags.map(\.name) + ["output"]
            for flag in flags where options.contains(flag) {
                throw .usage("--\(flag) goes with --map")
            }
            return nil
        }
        for flag in ["fold", "depth", "hot", "concepts", "metrics", "window"]
        where options.contains(flag) {
            throw .usage("--\(flag) does not go with --map")
        }
        let layer = try options.number("layer", as: Int.self)
        let head = try options.number("head", as: Int.self)
        guard name == "attention" || layer == nil && head == nil else {
            throw .usage("--layer and --head go with --map attention")
        }
        switch name {
        case "attention": source = .attention(layer: layer, head: head)
        case "rollout": source = .rollout
        default:
            // Said before a model is opened.
            source = .method(try AttributionChoice(named: name, options).method)
        }
        level = try CodeFolding.level(options["level"] ?? SyntaxLevel.statement.rawValue)
        var standard = SyntaxMap.Norm.mean
        if case .method = source { standard = .sum }
        guard let norm = SyntaxMap.Norm(rawValue: options["norm"] ?? standard.rawValue) else {
            let known = SyntaxMap.Norm.allCases.map(\.rawValue).joined(separator: ", ")
            throw .usage("--norm takes one of \(known), not \"\(options["norm"] ?? "")\"")
        }
        self.norm = norm
        guard
            let rowToken = SyntaxMap.RowToken(
                rawValue: options["row"] ?? SyntaxMap.RowToken.predicted.rawValue)
        else { throw .usage("--row takes predicted or reading") }
        self.rowToken = rowToken
        isRolledUp = options.contains("nested")
        guard !isRolledUp || norm == .sum else { throw .usage("--nested goes with --norm sum") }
        guard options["output"] == nil || ["svg", "html"].contains(options["format"]) else {
            throw .usage("--output goes with --format svg or html")
        }
        output = Output(path: options["output"])
    }

    /// Checks that the model has what is asked for.
    func check(_ model: ModelContext) throws(ToolError) {
        guard case .attention(let layer, let head) = source else { return }
        let (layers, heads) = (
            model.configuration.layerCount, model.configuration.queryHeadCount
        )
        guard (0..<layers).contains(layer ?? 0), (0..<heads).contains(head ?? 0) else {
            throw .usage(
                "the model has layers 0 to \(layers - 1) and query heads 0 to \(heads - 1)")
        }
    }

    /// Measures a text with what the map is folded from.
    func measured(
        _ text: String, _ model: ModelContext, _ progress: Progress
    ) throws(DecodingFailure) -> TokenTrace {
        var session = try DecodingSession(
            model, prompt: text, parameters: .greedy(maxTokens: 0))
        session.attachStandardMetrics()
        switch source {
        case .attention(let layer, let head):
            let heads = head.map { HeadSelection.heads([QueryHead($0)]) } ?? .mean
            let last = layer ?? model.configuration.layerCount - 1
            session.attach(
                AttentionObserver(AttentionSelection(layers: .layers([last]), heads: heads)))
        case .rollout: session.attach(RolloutObserver())
        case .method: break
        }
        session.prefillProgress = { done, total in
            progress.show("reading: \(done) of \(total) tokens")
        }
        while try session.next() != nil {}
        return session.trace
    }

    /// Folds the map and writes it.
    func write(
        _ trace: TokenTrace, _ model: ModelContext, sources: [SyntaxSource], map: DocumentMap,
        _ folding: CodeFolding
    ) throws(ToolError) {
        var folded = try self.folded(trace, model, sources, map)
        if isRolledUp { folded = folded.rolledUp() }
        switch options["format"] ?? "text" {
        case "json": Terminal.write(try JSONText.text(of: folded, as: .syntaxMap))
        case "svg": try output.write(SVGWriter().syntaxMap(folded))
        case "html":
            let tokenizer = model.tokenizer
            var page = HTMLReport(
                title: "\(Output.title(of: trace)): \(folded.name) by \(level.rawValue)",
                language: sources.first?.tree.language
            ) { tokenizer.bytes(of: $0) }
            page.add(trace, name: "text", syntax: PageSyntax.of(trace, folding, map: folded))
            try output.write(page.html())
        default: Terminal.write(SyntaxView().map(folded))
        }
    }

    private func folded(
        _ trace: TokenTrace, _ model: ModelContext, _ sources: [SyntaxSource], _ map: DocumentMap
    ) throws(ToolError) -> SyntaxMap {
        let aggregator = CodeAggregator()
        switch source {
        case .attention, .rollout:
            let names = trace.metrics.columns.filter { $0.kind == .row }.map(\.name)
            for name in names where name == "rollout" || name.hasPrefix("attention_l") {
                guard
                    let folded = aggregator.map(
                        ofAttention: name, in: trace, over: sources, level: level, norm: norm,
                        rowToken: rowToken, map: map)
                else { continue }
                return folded
            }
            throw .run("no attention was recorded")
        case .method(let method):
            let budget = try options.number("budget", as: Int.self) ?? 2 << 30
            guard budget > 0 else { throw .usage("--budget takes at least 1 byte") }
            let progress = Progress(options)
            defer { progress.clear() }
            var rows: [Attribution] = []
            do throws(AttributionFailure) {
                let text = try AttributedText(trace.tokens.map(\.id), in: model, budget: budget)
                try text.attributionMatrix(method, budget: budget).run(
                    progress: { (done, all) throws(AttributionFailure) in
                        progress.show("\(done) of \(all) predictions explained")
                    },
                    row: { (row) throws(AttributionFailure) in rows.append(row) })
            } catch {
                throw ToolError(error)
            }
            return aggregator.map(
                of: rows, in: trace, over: sources, level: level, norm: norm, rowToken: rowToken,
                map: map)
        }
    }
}
