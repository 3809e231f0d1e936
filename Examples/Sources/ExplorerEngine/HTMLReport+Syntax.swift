package import TokenScope

extension HTMLReport.Syntax {
    /// What a page shows of a trace over the syntax of its code.
    ///
    /// - Parameters:
    ///   - trace: The trace.
    ///   - sources: Its code, parsed.
    ///   - map: Where the code lies.
    ///   - first: A map that stands before those of the attention that was recorded.
    package init(
        of trace: TokenTrace, over sources: [SyntaxSource], map: DocumentMap,
        first: SyntaxMap? = nil
    ) {
        let aggregator = CodeAggregator(
            levels: [.statement, .block, .definition, .line, .expression, .category, .group])
        let means = trace.attentionPatterns.filter { $0.head == nil }
        let names = ["rollout"] + means.map { "attention_l\($0.layer)_mean" }.suffix(1)
        self.init(
            aggregator.report(of: trace, over: sources, map: map),
            hotSpots: aggregator.hotSpots(in: trace, over: sources, map: map),
            maps: (first.map { [$0] } ?? [])
                + names.filter { $0 != first?.name }.compactMap { name in
                    aggregator.map(
                        ofAttention: name, in: trace, over: sources, level: .statement, map: map)
                })
    }
}
