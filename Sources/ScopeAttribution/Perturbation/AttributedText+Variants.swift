internal import ScopeTensor
internal import ScopeTransformer

extension AttributedText {
    /// Visits the final hidden states of variants of the text, in the order of their rows.
    ///
    /// Variants go through the model as lanes of one batch, a bounded number of rows at a time, over
    /// forks of one cache of the intact text: what stands before the first token that is changed is
    /// never computed again. Only one batch's states are held at once.
    func visitStates(
        of variants: [TextVariant], _ replacement: TokenReplacement,
        _ visit: (_ variants: Range<Int>, _ states: [[Tensor<Float>]]) throws(AttributionFailure)
            -> Void
    ) throws(AttributionFailure) {
        let rows = try replacementRows(replacement)
        var start = 0
        while start < variants.count {
            var end = start
            var count = 0
            while end < variants.count {
                let length = cost(of: variants[end], replacement)
                if end > start, count + length > Self.rowsAtOnce { break }
                count += length
                end += 1
            }
            try visit(start..<end, try pass(Array(variants[start..<end]), replacement, rows))
            start = end
        }
    }

    /// The rows that go through the model for a variant.
    func cost(of variant: TextVariant, _ replacement: TokenReplacement) -> Int {
        guard let first = variant.firstRow(replacement), let last = variant.rows.last else {
            return 0
        }
        return max(0, last + 1 - first)
    }

    /// The values of an objective in variants of the text, each with as many as it has targets.
    func values(
        of objective: AttributionObjective, _ targets: [CheckedTarget],
        in variants: [(tokens: [Int], targets: [Int])], _ replacement: TokenReplacement
    ) throws(AttributionFailure) -> [[Double]] {
        let rows = variants.map { Set($0.targets.map { targets[$0].row }).sorted() }
        var values: [[Double]] = []
        try visitStates(
            of: zip(variants, rows).map { TextVariant(tokens: $0.tokens, rows: $1) }, replacement
        ) { (some, states) throws(AttributionFailure) in
            var pairs: [(target: CheckedTarget, state: Tensor<Float>)] = []
            for (variant, states) in zip(some, states) {
                let place = Dictionary(
                    uniqueKeysWithValues: zip(rows[variant], states.indices))
                for target in variants[variant].targets {
                    guard let state = place[targets[target].row] else { continue }
                    pairs.append((target: targets[target], state: states[state]))
                }
            }
            var rest = try objective.values(pairs, model)[...]
            for variant in some {
                values.append(Array(rest.prefix(variants[variant].targets.count)))
                rest = rest.dropFirst(variants[variant].targets.count)
            }
        }
        return values
    }

    /// The row that stands in a token's place; nil where its embedding stays.
    private func replacementRows(
        _ replacement: TokenReplacement
    ) throws(AttributionFailure) -> [Float]? {
        switch replacement {
        case .attentionMask: nil
        case .meanEmbedding: try meanEmbedding()
        case .zero: Array(repeating: 0, count: embeddings.columns)
        }
    }

    private func pass(
        _ variants: [TextVariant], _ replacement: TokenReplacement, _ row: [Float]?
    ) throws(AttributionFailure) -> [[Tensor<Float>]] {
        let layer = model.configuration.layerCount
        return try AttributionFailure.wrappingModel { () throws(ModelFailure) in
            var lanes: [Lane<Float>] = []
            var lanePlaces: [Int?] = []
            for variant in variants {
                guard let last = variant.rows.last, let first = variant.firstRow(replacement),
                    first <= last
                else {
                    lanePlaces.append(nil)
                    continue
                }
                lanePlaces.append(lanes.count)
                lanes.append(try lane(first...last, variant, replacement, row))
            }
            var sink = VariantSink(
                layer: layer,
                rows: zip(variants, lanePlaces).compactMap { $1 == nil ? nil : Set($0.rows) })
            var workspace = Workspace<Float>()
            try model.forward(&lanes, in: &workspace, into: &sink)
            return zip(variants, lanePlaces).map { variant, lane in
                variant.rows.map { row in
                    // A row before the first change is that of the intact text.
                    lane.flatMap { sink.states[RowPlace(lane: $0, row: row)] } ?? hiddenState(row)
                }
            }
        }
    }

    private func lane(
        _ rows: ClosedRange<Int>, _ variant: TextVariant, _ replacement: TokenReplacement,
        _ row: [Float]?
    ) throws(ModelFailure) -> Lane<Float> {
        var cache = try intactCache()
        cache.truncate(to: rows.lowerBound)
        var lane = Lane(
            tokens: Array(ids[rows]), cache: cache, logits: .none,
            signals: SignalRequest(hiddenStates: .layers([model.configuration.layerCount])),
            textLength: ids.count)
        if isMoved { lane.embeddings = embeddingRows(rows) }
        if let row {
            for token in variant.tokens { lane.embeddings[token] = row }
        } else {
            lane.edits = variant.tokens.filter { $0 < rows.upperBound }.map { token in
                .cut(AttentionCut(queries: token + 1..<ids.count, keys: token..<token + 1))
            }
        }
        return lane
    }

    /// Keys and values of the whole text.
    private func intactCache() throws(ModelFailure) -> KVCache<Float> {
        try prefix.cache { () throws(ModelFailure) in
            var lane = Lane(
                tokens: ids, cache: model.makeCache(), logits: .none, textLength: ids.count)
            if isMoved { lane.embeddings = embeddingRows(0...ids.count - 1) }
            var lanes = [lane]
            var workspace = Workspace<Float>()
            var sink = VariantSink(layer: 0, rows: [[]])
            try model.forward(&lanes, in: &workspace, into: &sink)
            return lanes[0].cache
        }
    }

    private func embeddingRows(_ rows: ClosedRange<Int>) -> [Int: [Float]] {
        Dictionary(uniqueKeysWithValues: rows.map { ($0, Array(embeddings.slice($0))) })
    }

    /// Rows that go through the model together: enough to share every pass over the weights, few
    /// enough that their activations stay small beside them.
    static let rowsAtOnce = 512
}
