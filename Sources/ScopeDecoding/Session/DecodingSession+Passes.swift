internal import ScopeTrace
internal import ScopeTransformer

extension DecodingSession {
    /// Bytes that the signals of one chunk may take before the chunk is made shorter.
    private static var signalBytes: Int { 64 << 20 }

    /// Sends the next chunk of the prompt through the model, which records the tokens it predicts.
    mutating func passPrompt() throws(DecodingFailure) {
        let rows = cache.count..<min(cache.count + chunkLength, sequence.count)
        let predicted = rows.lowerBound + 1..<min(rows.upperBound + 1, sequence.count)
        try pass(rows, upcoming: predicted.map { sequence[$0] })
        prefillProgress?(min(rows.upperBound, sequence.count), sequence.count)
    }

    /// Sends the tokens at `rows` through the model.
    mutating func pass(
        _ rows: Range<Int>, upcoming: [TokenRecord]
    ) throws(DecodingFailure) {
        var lanes = [
            Lane(
                tokens: rows.map { sequence[$0].id }, cache: cache,
                logits: upcoming.isEmpty ? .last : .all, signals: recorder.signals)
        ]
        // The lane's copy must be the only one, or the cache would copy its last page.
        cache = context.model.makeCache()
        recorder.rows.removeAll()
        var sink = PassSink(
            recorder: recorder, upcoming: upcoming, lastRow: rows.upperBound - 1,
            lastLogits: lastLogits)
        recorder = Recorder(trace: TokenTrace(header: recorder.trace.header))
        lastLogits = []
        var failure: ModelFailure?
        do throws(ModelFailure) {
            try context.workspaces.withWorkspace { (workspace) throws(ModelFailure) in
                try context.model.forward(&lanes, in: &workspace, into: &sink)
            }
        } catch {
            failure = error
        }
        cache = lanes[0].cache
        lastLogits = sink.lastLogits
        recorder = sink.recorder
        if let failure { throw .model(failure) }
        if let failure = recorder.failure { throw failure }
    }

    /// The prompt tokens that go through the model at once: as many as the settings say, or fewer
    /// where the observers ask for much.
    private var chunkLength: Int {
        let shape = context.configuration
        let signals = recorder.signals
        let layers = 0...shape.layerCount
        let attention = layers.count { signals.attention.contains($0) && $0 < shape.layerCount }
        let states = layers.count { signals.hiddenStates.contains($0) }
        let context = min(sequence.count, shape.contextLength)
        let row =
            4 * (attention * shape.queryHeadCount * context + states * shape.hiddenSize)
        let most = parameters.prefillStepSize
        return row == 0 ? most : max(1, min(most, Self.signalBytes / row))
    }
}
