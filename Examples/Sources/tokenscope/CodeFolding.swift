import TokenScope

/// The code in a text and how its metrics are folded: what `--fold` and `syntax` share.
struct CodeFolding {
    private let language: String?
    private let isFenced: Bool
    private let library: GrammarLibrary

    static let flags = [
        Flag(
            name: "language", value: "NAME",
            help: "the language of the code, such as python; by default what the file's name says, "
                + "else python; of blocks in Markdown what their fences name"),
        Flag(
            name: "fences", value: nil,
            help: "the code is in the fenced blocks of a Markdown text"),
        Flag(
            name: "grammars", value: "FOLDER",
            help: "look for grammars here first, besides TOKENSCOPE_GRAMMAR_PATH and the usual "
                + "places; they are code, so the folder must be yours alone to write"),
    ]

    /// The flag that other commands than `syntax` take, with those above.
    static let foldFlags =
        [
            Flag(
                name: "fold", value: "LEVEL",
                help: "with --format heat or table, the metrics over the syntax of the code, too: "
                    + levelNames)
        ] + flags

    static let levelNames = SyntaxLevel.allCases.map(\.rawValue).joined(separator: ", ")

    init(_ options: ParsedOptions, path: String?) throws(ToolError) {
        if options.contains("fences"), options.contains("language") {
            throw .usage("fences name their languages themselves: --fences without --language")
        }
        isFenced = options.contains("fences")
        if let name = options["language"] {
            language = CodeLanguage.named(name)?.name ?? name
        } else {
            language = path.flatMap { CodeLanguage.ofFile($0)?.name }
        }
        var library = GrammarLibrary.standard
        if let folder = options["grammars"] { library.places.insert(folder, at: 0) }
        self.library = library
    }

    static func level(_ name: String) throws(ToolError) -> SyntaxLevel {
        guard let level = SyntaxLevel(rawValue: name) else {
            throw .usage("a level is one of \(levelNames), not \"\(name)\"")
        }
        return level
    }

    /// The documents of code in a trace, parsed, and how they lie in it.
    func sources(
        of trace: TokenTrace
    ) throws(ToolError) -> (sources: [SyntaxSource], map: DocumentMap) {
        let documents = trace.documents
        guard isFenced else {
            let source = try source(region: 0, in: trace, documents, language ?? "python")
            return ([source], documents)
        }
        guard let text = documents.bytes(ofRegion: 0, in: trace.bytes) else {
            throw .run("the text is not whole in the sequence")
        }
        let map = documents.composed(with: FencedCode.map(of: text))
        var sources: [SyntaxSource] = []
        for (number, region) in map.regions.enumerated() {
            guard let language = CodeLanguage.named(region.language)?.name else { continue }
            sources.append(try source(region: number, in: trace, map, language))
        }
        return (sources, map)
    }

    private func source(
        region: Int, in trace: TokenTrace, _ map: DocumentMap, _ language: String
    ) throws(ToolError) -> SyntaxSource {
        guard let bytes = map.bytes(ofRegion: region, in: trace.bytes) else {
            throw .run("the text is not whole in the sequence")
        }
        do {
            let (tree, marks) = try library.grammar(for: language).parseWithHighlights(bytes)
            return SyntaxSource(region: region, tree: tree, text: bytes, marks: marks)
        } catch {
            throw .input("\(error)")
        }
    }
}

/// What `--fold` adds to a run.
struct Fold {
    private let level: SyntaxLevel
    private let folding: CodeFolding

    init?(_ options: ParsedOptions, format: Format, path: String?) throws(ToolError) {
        guard let name = options["fold"] else {
            for flag in CodeFolding.flags where options.contains(flag.name) {
                throw .usage("--\(flag.name) goes with --fold")
            }
            return nil
        }
        guard [.heat, .table].contains(format) else {
            throw .usage("--fold goes with --format heat or table")
        }
        level = try CodeFolding.level(name)
        folding = try CodeFolding(options, path: path)
    }

    /// Writes the metrics of a finished trace over its syntax.
    func write(_ trace: TokenTrace) throws(ToolError) {
        let (sources, map) = try folding.sources(of: trace)
        let report = CodeAggregator(levels: [level]).report(of: trace, over: sources, map: map)
        Terminal.write("\n" + (SyntaxView().table(of: level, in: report) ?? ""))
    }
}
