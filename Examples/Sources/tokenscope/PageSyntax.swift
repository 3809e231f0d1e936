import TokenScope

/// Syntax for a page, where the grammars of its languages are installed.
enum PageSyntax {
    /// What was measured of a trace over the syntax of its code; nil without a grammar, since a page is
    /// complete without it.
    ///
    /// A map that is given stands first.
    static func of(
        _ trace: TokenTrace, _ folding: CodeFolding, map first: SyntaxMap? = nil
    ) -> HTMLReport.Syntax? {
        guard let (sources, map) = try? folding.sources(of: trace), !sources.isEmpty else {
            return nil
        }
        let aggregator = CodeAggregator(
            levels: [.statement, .block, .definition, .line, .expression, .category, .group])
        let means = trace.attentionPatterns.filter { $0.head == nil }
        let names = ["rollout"] + means.map { "attention_l\($0.layer)_mean" }.suffix(1)
        return HTMLReport.Syntax(
            aggregator.report(of: trace, over: sources, map: map),
            hotSpots: aggregator.hotSpots(in: trace, over: sources, map: map),
            maps: (first.map { [$0] } ?? [])
                + names.filter { $0 != first?.name }.compactMap { name in
                    aggregator.map(
                        ofAttention: name, in: trace, over: sources, level: .statement, map: map)
                })
    }
}
