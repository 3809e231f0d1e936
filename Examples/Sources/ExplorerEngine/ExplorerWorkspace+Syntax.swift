import TokenScope

extension ExplorerWorkspace {
    /// The languages whose grammars are installed.
    static let languages = [
        "python", "javascript", "typescript", "java", "c", "cpp", "go", "rust", "swift",
    ].filter { (try? GrammarLibrary.standard.grammar(for: $0)) != nil }

    /// What was measured over the syntax of a branch's code; `null` where there is none.
    ///
    /// - Parameters:
    ///   - session: The session.
    ///   - key: The branch.
    ///   - language: The language, nil for the session's own; `fences` for code in Markdown.
    /// - Returns: JSON in UTF-8.
    /// - Throws: ``ActionError`` where there is no such branch.
    package func syntaxText(
        _ session: String, _ key: String, language: String?
    ) throws(ActionError) -> [UInt8] {
        let reading = try reading(session, key)
        let named = language ?? reading.session.language ?? "python"
        guard let syntax = Self.syntax(of: reading.trace, named) else { return Array("null".utf8) }
        return PageFeed.syntax(syntax, of: reading.trace)
    }

    /// Folds a trace over its syntax; nil without code or grammar.
    static func syntax(of trace: TokenTrace, _ language: String) -> HTMLReport.Syntax? {
        var map = trace.documents
        let isFenced = language == "fences"
        if isFenced {
            guard let text = map.bytes(ofRegion: 0, in: trace.bytes) else { return nil }
            map = map.composed(with: FencedCode.map(of: text))
        }
        let parser = CodeRegionParser(library: .standard)
        var sources: [SyntaxSource] = []
        for number in map.regions.indices {
            guard let bytes = map.bytes(ofRegion: number, in: trace.bytes) else { return nil }
            let name = isFenced ? map.regions[number].language : language
            var one = DocumentMap.identity(
                byteCount: bytes.count, language: CodeLanguage.named(name)?.name ?? name)
            one.endRegion()
            guard let region = parser.regions(of: bytes, map: one).first,
                var source = SyntaxSource(region)
            else { continue }
            source.region = number
            sources.append(source)
        }
        guard !sources.isEmpty else { return nil }
        return HTMLReport.Syntax(of: trace, over: sources, map: map)
    }
}
