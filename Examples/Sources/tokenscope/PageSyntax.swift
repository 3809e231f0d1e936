import TokenScope

/// Syntax for a page, where the language's grammar is installed.
enum PageSyntax {
    /// What was measured of a trace over the syntax of its text; nil without a language, a grammar or a
    /// document of one piece, since a page is complete without it.
    static func of(_ trace: TokenTrace, language: String?) -> HTMLReport.Syntax? {
        guard let language, let grammar = try? GrammarLibrary.standard.grammar(for: language)
        else { return nil }
        let map = trace.documents
        guard map.regions.count == 1, let text = map.bytes(ofRegion: 0, in: trace.bytes),
            let tree = try? grammar.parse(text)
        else { return nil }
        let source = SyntaxSource(tree: tree, text: text)
        let aggregator = CodeAggregator(
            levels: [.statement, .block, .definition, .line, .expression, .category, .group])
        let names =
            ["rollout"]
            + trace.attentionPatterns.filter { $0.head == nil }.map {
                "attention_l\($0.layer)_mean"
            }.suffix(1)
        return HTMLReport.Syntax(
            aggregator.report(of: trace, over: [source]),
            hotSpots: aggregator.hotSpots(in: trace, over: [source]),
            maps: names.compactMap {
                aggregator.map(ofAttention: $0, in: trace, over: [source], level: .statement)
            })
    }
}
