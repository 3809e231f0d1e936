import TokenScope

/// What `--fold` adds to a command's output: the metrics of a trace over the syntax of its code, as a
/// table, as JSON Lines or as a member of a JSON object.
struct Fold {
    private let level: SyntaxLevel
    private let folding: CodeFolding

    /// The flags of a command that folds.
    static let flags =
        [
            Flag(
                name: "fold", value: "LEVEL",
                help:
                    "with --format heat, table, json or jsonl, the metrics over the syntax of the "
                    + "code, too: " + CodeFolding.levelNames)
        ] + CodeFolding.flags

    /// Reads what is asked for.
    ///
    /// - Parameters:
    ///   - options: The command line.
    ///   - isFoldable: Whether the format that is asked for can hold a fold.
    ///   - showsSyntaxAnyway: Whether the output shows syntax without being asked, as a page does.
    ///   - path: The file of the code, which names its language.
    /// - Throws: `ToolError` for options that do not go together.
    init?(
        _ options: ParsedOptions, isFoldable: Bool, showsSyntaxAnyway: Bool = false, path: String?
    ) throws(ToolError) {
        guard let name = options["fold"] else {
            for flag in CodeFolding.flags where options.contains(flag.name) && !showsSyntaxAnyway {
                throw .usage("--\(flag.name) goes with --fold")
            }
            return nil
        }
        guard isFoldable else {
            throw .usage("--fold goes with --format heat, table, json or jsonl")
        }
        level = try CodeFolding.level(name)
        folding = try CodeFolding(options, path: path)
    }

    /// The metrics of a trace over its syntax.
    func report(of trace: TokenTrace) throws(ToolError) -> SyntaxReport {
        let (sources, map) = try folding.sources(of: trace)
        return CodeAggregator(levels: [level]).report(of: trace, over: sources, map: map)
    }

    /// A table of a trace, set apart from what stands before it: of some metrics or of all, with the sums of
    /// some whatever their unit.
    func table(
        of trace: TokenTrace, metrics: [String] = [], summed: [String] = []
    ) throws(ToolError) -> String {
        var view = SyntaxView(metrics: metrics)
        view.summed = summed
        return "\n" + (view.table(of: level, in: try report(of: trace)) ?? "")
    }

    /// The lines of a trace, which follow its own.
    func lines(of trace: TokenTrace, sample: Int? = nil) throws(ToolError) -> String {
        SyntaxFoldWriter(sample: sample).lines(of: try report(of: trace))
    }

    /// A JSON object of a trace with its fold in it.
    func document(_ document: String, of trace: TokenTrace) throws(ToolError) -> String {
        SyntaxFoldWriter().document(document, adding: try report(of: trace))
    }

    /// What a change of the text did to the constructs that stand in both versions.
    func effects(
        of metric: String, from first: TokenTrace, to second: TokenTrace
    ) throws(ToolError) -> String {
        guard level.isNested else {
            throw .usage("branch diff folds by a level of nodes, not by \(level.rawValue)")
        }
        let before = try folding.sources(of: first)
        let after = try folding.sources(of: second)
        guard let one = before.sources.first, let other = after.sources.first else { return "" }
        let difference = SyntaxDifference(from: one, to: other)
        let states = difference.isWellFormed.map { $0 ? "parses" : "does not parse" }
        let effects = CodeAggregator(levels: [level]).effects(
            on: metric, from: TracedSource(first, one), to: TracedSource(second, other),
            level: level)
        func short(_ value: Double) -> String { DecimalDigits.short(value) }
        let table = TextTable([
            .init("line", effects.map { $0.second.line.map(String.init) ?? "" }),
            .init(
                level.rawValue,
                effects.map { $0.second.name + ($0.second.label.map { " " + $0 } ?? "") },
                isText: true),
            .init("A", effects.map { short($0.before) }),
            .init("B", effects.map { short($0.after) }),
            .init("change", effects.map { short($0.change) }),
        ]).text
        return "\nsyntax: A \(states[0]), B \(states[1]); \(difference.changes.count) "
            + "places differ\n\(metric) of each \(level.rawValue) after the first difference "
            + "that stands in both:\n" + table
    }
}

/// Numbers with three digits, for tables.
enum DecimalDigits {
    static func short(_ value: Double) -> String { "\((value * 1000).rounded() / 1000)" }
}
