public import ScopeTrace

extension CodeAggregator {
    /// A metric over ASTrust's concepts.
    ///
    /// Every node of the concept's kinds takes all tokens that overlap it, each whole; a concept that the
    /// text has no such node of is absent, not zero. The published mapping is that of the table of
    /// Python (Palacio et al., 2024); those of other languages follow it. Names differ in two places:
    /// `Functional` for functional programming, `NaturalLanguage`.
    ///
    /// - Parameters:
    ///   - metric: The metric's name; ASTrust takes the probability of the token, `confidence`.
    ///   - trace: The trace.
    ///   - sources: Its documents with their trees.
    ///   - map: How the sequence relates to the documents; by default as the trace says.
    /// - Returns: The concepts that the text has, by name; none where the trace has no such metric.
    /// - Complexity: O(bytes + nodes × depth of a token), and with ``bootstrap`` its tokens × replicates.
    public func concepts(
        of metric: String = "confidence", in trace: TokenTrace, over sources: [SyntaxSource],
        map: DocumentMap? = nil
    ) -> [SyntaxConcept] {
        let layout = SyntaxLayout(sources, trace: trace, map: map ?? trace.documents)
        let included = trace.tokens.map(isIncluded)
        guard
            let values = MetricValues.columns(of: trace, named: [metric], included: included).first
        else { return [] }
        var found: [String: (means: [Double], samples: [WeightedSample])] = [:]
        let bySegment = layout.alignment.tokensBySegment()
        for (place, source) in sources.enumerated() {
            let (traits, segments) = (layout.traits[place], layout.alignment.segments[place])
            for (index, node) in source.tree.nodes.enumerated() {
                let names = traits.concepts(of: node)
                guard !names.isEmpty else { continue }
                var tokens: [Double] = []
                var last = -1
                for segment in segments.ranges[index] {
                    for token in bySegment[layout.alignment.bases[place] + segment]
                    where token > last && !values.values[token].isNaN {
                        tokens.append(values.values[token])
                        last = token
                    }
                }
                guard !tokens.isEmpty else { continue }
                let mean = tokens.reduce(0, +) / Double(tokens.count)
                for name in names {
                    found[name, default: ([], [])].means.append(mean)
                    found[name]?.samples += tokens.map { WeightedSample(value: $0, weight: 1) }
                }
            }
        }
        return found.sorted { $0.key < $1.key }.enumerated().map { place, entry in
            let (means, samples) = entry.value
            let sum = samples.reduce(0) { $0 + $1.value }
            return SyntaxConcept(
                name: entry.key, nodes: means.count, tokens: samples.count,
                mean: sum / Double(samples.count),
                medianOfNodes: BootstrapInterval.quantile(0.5, of: means.sorted()),
                interval: bootstrap?.interval(of: samples, stream: place))
        }
    }
}

extension SyntaxAlignment {
    /// By segment of the list, the tokens that touch it, in order.
    func tokensBySegment() -> [[Int]] {
        var tokens = [[Int]](repeating: [], count: segmentCount)
        for token in 0..<outside.count {
            for share in shares(of: token) { tokens[Int(shareSegments[share])].append(token) }
        }
        return tokens
    }
}
