internal import ScopeTokenizers
internal import ScopeTrace
internal import ScopeTransformer

extension ComparisonSession {
    /// Bytes that A's logits and residual rows of a chunk may take before the chunk is made shorter.
    private static var chunkBytes: Int { 64 << 20 }

    /// Tokens that have gone through both models.
    private var passed: Int { cacheStart + caches.a.count }

    /// Sends the next chunk through both models, and records the tokens it predicts.
    mutating func passNext() throws(DecodingFailure) {
        if let window = parameters.window, caches.a.count == window.length {
            cacheStart += window.stride
            caches = Caches(a, b)
        }
        let recorded = comparison.trace.tokens.count
        // The last token's row predicts nothing of the text.
        var rows = passed..<min(passed + chunkLength, sequence.count - 1)
        let repeats = rows.lowerBound + 1 < recorded
        if repeats { rows = rows.lowerBound..<min(rows.upperBound, recorded - 1) }

        var signals = SignalRequest(hiddenStates: repeats || layers.isEmpty ? .none : .all)
        if parts != nil { signals.states = readStates }
        var collecting = CollectingSink(vocabularySize: comparison.vocabularySize)
        collecting.captured = CapturedStates(firstRow: rows.lowerBound - cacheStart)
        let kept = try pass(rows, a, &caches.a, repeats, signals, collecting)
        if parts != nil { signals.states = repeats ? [:] : [.residualBefore: .layers([0])] }
        let compared = try pass(
            rows, b, &caches.b, repeats, signals,
            ComparingSink(
                kept, layers: layers, threshold: parameters.layerThreshold,
                vocabularySize: comparison.vocabularySize,
                targets: rows.map { sequence[$0 + 1] },
                comparesDistributions: parameters.comparesDistributions))
        if let failure = kept.failure ?? compared.failure { throw failure }
        let partRows = try passParts(rows, repeats, kept, embeddings: compared.embeddings)
        layers = compared.layers
        guard !repeats else { return }
        for (place, result) in compared.results.enumerated() {
            record(
                sequence[rows.lowerBound + place + 1], result,
                partRows.indices.contains(place) ? partRows[place] : nil)
        }
        if !layers.isEmpty {
            comparison.layers = layers.enumerated().map { layer, sums in
                ModelComparison.LayerDifference(
                    layer: layer, relativeDifference: sums.relativeDifference)
            }
        }
    }

    func pass<Sink: ComparisonSink>(
        _ rows: Range<Int>, _ model: ModelContext, _ cache: inout KVCache<Float>,
        _ repeats: Bool, _ signals: SignalRequest, _ sink: Sink,
        edits: [Intervention<Float>] = []
    ) throws(DecodingFailure) -> Sink {
        var sink = sink
        sink.firstRow = rows.lowerBound - cacheStart
        sink.targets = rows.map { sequence[$0 + 1] }
        var lanes = [
            Lane(
                tokens: rows.map { sequence[$0].id }, cache: cache, logits: repeats ? .none : .all,
                signals: signals, edits: edits,
                textLength: min(sequence.count - cacheStart, parameters.window?.length ?? Int.max))
        ]
        // The lane's copy must be the only one, or the cache would copy its last page.
        cache = model.model.makeCache()
        try DecodingFailure.wrappingModel { () throws(ModelFailure) in
            try model.workspaces.withWorkspace { (workspace) throws(ModelFailure) in
                try model.model.forward(&lanes, in: &workspace, into: &sink)
            }
        }
        cache = lanes[0].cache
        return sink
    }

    private mutating func record(
        _ token: TokenRecord, _ result: ComparedRow, _ partRow: PartRow?
    ) {
        let texts = (text(result.a.argmax, a), text(result.b.argmax, b))
        comparison.trace.append(token)
        comparison.trace.record(at: token.index) { metrics in
            metrics[.divergence] = result.divergence
            if let jensenShannon = result.jensenShannon {
                metrics[.jensenShannon] = jensenShannon
                metrics[.probabilityA] = result.a.probability
                metrics[.probabilityB] = result.b.probability
            }
            metrics[.surprisalA] = result.a.surprisal
            metrics[.surprisalB] = result.b.surprisal
            metrics[.argmaxA] = result.a.argmax
            metrics[.argmaxB] = result.b.argmax
            metrics[.argmaxTextA] = texts.0
            metrics[.argmaxTextB] = texts.1
            metrics[.departingLayer] = result.departingLayer
            if let partRow { metrics[.partDifferences] = MetricRow(partRow.parts) }
        }
    }

    private func text(_ id: Int, _ model: ModelContext) -> String {
        String(decoding: model.tokenizer.bytes(of: id) ?? [], as: UTF8.self)
    }

    /// The tokens that go through a model at once.
    private var chunkLength: Int {
        // Of each block: what it reads in two places, what its halves give, and once more as edits.
        let kept = parts == nil ? 0 : 6 * a.configuration.layerCount + 2
        let states = (layers.count + kept) * a.configuration.hiddenSize
        let row = 4 * (comparison.vocabularySize + states)
        let room = parameters.window.map { $0.length - caches.a.count } ?? Int.max
        return max(1, min(parameters.prefillStepSize, room, Self.chunkBytes / row))
    }
}
