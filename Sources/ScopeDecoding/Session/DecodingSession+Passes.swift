internal import ScopeTrace
internal import ScopeTransformer

extension DecodingSession {
    /// Bytes that the signals of one chunk may take before the chunk is made shorter.
    private static var signalBytes: Int { 64 << 20 }

    /// Tokens of the sequence that have gone through the model.
    var passed: Int { cacheStart + cache.count }

    /// Sends the next chunk of the sequence through the model, which records the tokens it predicts.
    mutating func passNext() throws(DecodingFailure) {
        moveWindow()
        let recorded = recorder.trace.tokens.count
        var rows = passed..<min(passed + chunkLength, sequence.count)
        // What a moved window reads again predicts tokens that are in the trace already.
        let repeats = rows.lowerBound + 1 < recorded
        if repeats { rows = rows.lowerBound..<min(rows.upperBound, recorded - 1) }
        let predicted = rows.lowerBound + 1..<min(rows.upperBound + 1, sequence.count)
        let upcoming = repeats ? [] : predicted.map { sequence[$0] }
        try pass(
            rows, upcoming: upcoming,
            logits: repeats ? .none : upcoming.isEmpty ? .last : .all)
        if repeats || !upcoming.isEmpty { prefillProgress?(rows.upperBound, sequence.count) }
    }

    /// Empties a full window's cache, to be filled again from ``ContextWindow/stride`` tokens on.
    private mutating func moveWindow() {
        guard let window = parameters.window, cache.count == window.length else { return }
        cacheStart += window.stride
        cache = context.model.makeCache()
    }

    /// Sends the tokens at `rows` through the model.
    private mutating func pass(
        _ rows: Range<Int>, upcoming: [TokenRecord], logits: Lane<Float>.LogitRows
    ) throws(DecodingFailure) {
        var lanes = [
            Lane(
                tokens: rows.map { sequence[$0].id }, cache: cache, logits: logits,
                signals: logits == .none ? SignalRequest() : recorder.signals,
                textLength: textLength)
        ]
        // The lane's copy must be the only one, or the cache would copy its last page.
        cache = context.model.makeCache()
        recorder.rows.removeAll()
        recorder.contextStart = cacheStart
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
        precondition(
            passed == rows.upperBound, "a model must grow its lanes' caches by their tokens")
        if let failure = recorder.failure { throw failure }
    }

    /// The tokens the window will have seen when all that is there has gone through: the chunks of a
    /// text are parts of one text, not texts of their own.
    private var textLength: Int {
        min(sequence.count - cacheStart, parameters.window?.length ?? Int.max)
    }

    /// The tokens that go through the model at once: as many as the settings say and the window has
    /// room for, or fewer where the observers ask for much.
    private var chunkLength: Int {
        let shape = context.configuration
        let signals = recorder.signals
        let layers = 0...shape.layerCount
        let attention = layers.count { signals.attention.contains($0) && $0 < shape.layerCount }
        let states = layers.count { signals.hiddenStates.contains($0) }
        let context = min(sequence.count, shape.contextLength)
        let row =
            4 * (attention * shape.queryHeadCount * context + states * shape.hiddenSize)
        let room = parameters.window.map { $0.length - cache.count } ?? Int.max
        let most = min(parameters.prefillStepSize, room)
        return row == 0 ? most : max(1, min(most, Self.signalBytes / row))
    }
}
