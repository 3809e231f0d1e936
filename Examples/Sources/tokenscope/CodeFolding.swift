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
        var map = trace.documents
        if isFenced {
            guard let text = map.bytes(ofRegion: 0, in: trace.bytes) else {
                throw .run("the text is not whole in the sequence")
            }
            map = map.composed(with: FencedCode.map(of: text))
        }
        let parser = CodeRegionParser(library: library)
        var sources: [SyntaxSource] = []
        for number in map.regions.indices {
            guard let bytes = map.bytes(ofRegion: number, in: trace.bytes) else {
                throw .run("the text is not whole in the sequence")
            }
            let name = isFenced ? map.regions[number].language : language ?? "python"
            let named = CodeLanguage.named(name)?.name ?? name
            var one = DocumentMap.identity(byteCount: bytes.count, language: named)
            one.endRegion()
            guard let region = parser.regions(of: bytes, map: one).first else { continue }
            if var source = SyntaxSource(region) {
                source.region = number
                sources.append(source)
            } else if !isFenced, let problem = region.problem {
                throw .input("\(problem)")
            }
        }
        return (sources, map)
    }
}
