public import ScopeTrace

extension CodeAggregator {
    /// The definitions, calls, literals or statements that a model was least sure of, with reasons.
    ///
    /// They rank by the mean surprisal of the bytes they cover, drawn toward the mean μ of the whole
    /// text where they have few tokens: (Σ + 2μ) / (weight + 2), as if two tokens of the mean kind were
    /// in each. Reasons are read of the columns `surprisal`, `entropy`, `margin` and `rank`; those the
    /// trace lacks give none.
    ///
    /// - Parameters:
    ///   - kinds: What is looked for.
    ///   - count: The most that are returned, of all kinds together.
    ///   - minimumTokens: What a construct must have at least of tokens, by share.
    ///   - trace: The trace, with surprisal.
    ///   - sources: Its documents with their trees.
    ///   - map: How the sequence relates to the documents; by default as the trace says.
    /// - Returns: The hot spots, the hottest first; none where the trace has no surprisal.
    /// - Complexity: That of a fold by nodes.
    public func hotSpots(
        _ kinds: Set<SyntaxHotSpot.Kind> = Set(SyntaxHotSpot.Kind.allCases), count: Int = 10,
        minimumTokens: Double = 1, in trace: TokenTrace, over sources: [SyntaxSource],
        map: DocumentMap? = nil
    ) -> [SyntaxHotSpot] {
        let layout = SyntaxLayout(sources, trace: trace, map: map ?? trace.documents)
        let included = trace.tokens.map(isIncluded)
        let units = layout.units(of: .node)
        let folder = LevelFolder(units: units, alignment: layout.alignment, included: included)
        let columns = MetricValues.columns(
            of: trace, named: ["surprisal", "entropy", "margin", "rank"], included: included)
        let folds = columns.map { folder.fold($0, quantiles: [], bootstrap: nil) }
        guard let surprisal = folds.first(where: { $0.name == "surprisal" }),
            let values = columns.first(where: { $0.name == "surprisal" }),
            let whole = values.statistic(weight: { _ in 1 }).mean, whole.isFinite
        else { return [] }
        var spots: [(score: Double, unit: Int, place: Int, kind: SyntaxHotSpot.Kind)] = []
        var unit = 0
        for (place, source) in sources.enumerated() {
            for (index, node) in source.tree.nodes.enumerated() {
                defer { unit += 1 }
                guard index > 0, let kind = kind(of: index, in: source.tree, layout.traits[place]),
                    kinds.contains(kind)
                else { continue }
                let total = surprisal.total[unit]
                guard total.weight >= minimumTokens, !total.sum.isNaN else { continue }
                // Of constructs that are the same text, the innermost says most.
                if let last = spots.last, units.units[last.unit].span == node.span,
                    last.place == place
                {
                    spots.removeLast()
                }
                spots.append(((total.sum + 2 * whole) / (total.weight + 2), unit, place, kind))
            }
        }
        spots.sort { (-$0.score, $0.unit) < (-$1.score, $1.unit) }
        let wholes = columns.map { ($0.name, $0.statistic { _ in 1 }.mean) }
        return spots.prefix(count).map { spot in
            let source = sources[spot.place]
            let unit = units.units[spot.unit]
            let span = (unit.span ?? 0..<0).clamped(to: 0..<source.text.count)
            return SyntaxHotSpot(
                kind: spot.kind, unit: unit, text: Self.excerpt(source.text[span]),
                score: spot.score,
                reasons: reasons(
                    for: spot.unit, at: spot.place, unit, folds: folds, wholes: wholes,
                    values: columns, trace: trace, layout: layout))
        }
    }

    private func kind(
        of index: Int, in tree: SyntaxTree, _ traits: KindTraits
    ) -> SyntaxHotSpot.Kind? {
        let roles = traits.roles(at: index, in: tree)
        if !roles.isDisjoint(with: .anyDefinition) { return .definition }
        if roles.contains(.call) { return .call }
        if roles.contains(.literal) {
            // The parts of a literal are no literals.
            guard let parent = tree.nodes[index].parent,
                !traits.roles(of: tree.nodes[parent]).contains(.literal)
            else { return nil }
            return .literal
        }
        return roles.contains(.statement) ? .statement : nil
    }

    private func reasons(
        for number: Int, at place: Int, _ unit: SyntaxUnit, folds: [SyntaxColumn],
        wholes: [(String, Double?)], values: [MetricValues], trace: TokenTrace,
        layout: SyntaxLayout
    ) -> [SyntaxHotSpot.Reason] {
        var reasons: [SyntaxHotSpot.Reason] = []
        func means(_ name: String) -> (Double, Double)? {
            guard let column = folds.first(where: { $0.name == name }),
                let mean = column.total[number].mean,
                let whole = wholes.first(where: { $0.0 == name })?.1
            else { return nil }
            return (mean, whole)
        }
        if let (mean, whole) = means("surprisal"), mean > whole {
            reasons.append(.surprisal(mean: mean, whole: whole))
        }
        guard let node = unit.node else { return reasons }
        let tokens = layout.tokens(of: node, at: place, in: trace)
        let surprisals = values.first { $0.name == "surprisal" }?.values ?? []
        let worst = tokens.filter { !surprisals[$0].isNaN }
            .max { surprisals[$0] < surprisals[$1] }
        // A token that the model gave less than one in seven.
        if let worst, surprisals[worst] > 2 {
            let value = surprisals[worst]
            let line = layout.line(of: worst, at: place) ?? unit.line ?? 1
            reasons.append(
                .token(
                    text: Self.excerpt(trace.tokens[worst].bytes[...]), surprisal: value,
                    line: line))
        }
        if let (mean, whole) = means("entropy"), mean > whole {
            reasons.append(.entropy(mean: mean, whole: whole))
        }
        if let (mean, whole) = means("margin"), mean < whole {
            reasons.append(.margin(mean: mean, whole: whole))
        }
        if let ranks = values.first(where: { $0.name == "rank" }) {
            let ranked = tokens.filter { !ranks.values[$0].isNaN }
            let beaten = ranked.count { ranks.values[$0] > 1 }
            if beaten > 0 {
                reasons.append(.overruled(share: Double(beaten) / Double(ranked.count)))
            }
        }
        let errors = layout.errorBytes(of: node, at: place)
        if errors > 0 { reasons.append(.errors(bytes: errors)) }
        return reasons
    }

    /// The first line of a text, readable and short.
    static func excerpt(_ bytes: ArraySlice<UInt8>) -> String {
        let line = bytes.split(separator: 10, omittingEmptySubsequences: true).first ?? []
        var text = ""
        for character in String(decoding: line, as: UTF8.self) {
            if text.count == 60 { return text + "…" }
            text.append(character == "\t" || character == "\r" ? " " : character)
        }
        return line.count < bytes.count && text.isEmpty ? "⏎" : text
    }
}

extension SyntaxLayout {
    /// The tokens that touch a node, in order.
    func tokens(of node: Int, at place: Int, in trace: TokenTrace) -> [Int] {
        let base = alignment.bases[place]
        let range = alignment.segments[place].ranges[node]
        return trace.tokens.indices.filter { token in
            alignment.shares(of: token).contains {
                range.contains(Int(alignment.shareSegments[$0]) - base)
            }
        }
    }

    /// The line of a document in which a token begins, from 1.
    func line(of token: Int, at place: Int) -> Int? {
        let base = alignment.bases[place]
        for share in alignment.shares(of: token) {
            let segment = Int(alignment.shareSegments[share]) - base
            if alignment.segments[place].starts.indices.contains(segment) {
                return Int(alignment.segments[place].lines[segment]) + 1
            }
        }
        return nil
    }

    /// The bytes within a node that fit no rule.
    func errorBytes(of node: Int, at place: Int) -> Int {
        let tree = sources[place].tree
        var (bytes, index) = (0, node)
        while index < tree.nodes[node].end {
            if tree.nodes[index].traits.contains(.error) {
                bytes += tree.nodes[index].span.count
                index = tree.nodes[index].end
            } else {
                index += 1
            }
        }
        return bytes
    }
}
