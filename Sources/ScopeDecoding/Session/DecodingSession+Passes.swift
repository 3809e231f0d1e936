internal import ScopeTrace
internal import ScopeTransformer

extension DecodingSession {
    /// Bytes that the signals of one chunk may take before the chunk is made shorter.
    static var signalBytes: Int { 64 << 20 }

    /// Tokens of the sequence that have gone through the model.
    var passed: Int { cacheStart + cache.count }

    /// Sends the next chunk of the sequence through the model, which records the tokens it predicts.
    mutating func passNext() throws(DecodingFailure) {
        var (lane, sink) = beginPass()
        var lanes = [lane]
        // The array's copy must be the only one, or the cache would copy its last page.
        lane.cache = context.model.makeCache()
        var failure: ModelFailure?
        do throws(ModelFailure) {
            try context.workspaces.withWorkspace { (workspace) throws(ModelFailure) in
                try context.model.forward(&lanes, in: &workspace, into: &sink)
            }
        } catch {
            failure = error
        }
        try finishPass(lanes[0].cache, sink, failure)
    }

    /// Empties a full window's cache, to be filled again from ``ContextWindow/stride`` tokens on.
    private mutating func moveWindow() {
        guard let window = parameters.window, cache.count == window.length else { return }
        cacheStart += window.stride
        cache = context.model.makeCache()
    }

    /// Hands out the next chunk of the sequence as a lane, with what takes the pass in.
    ///
    /// The session has neither cache nor trace until ``finishPass(_:_:_:)`` brings them back.
    mutating func beginPass() -> (lane: Lane<Float>, sink: PassSink) {
        moveWindow()
        let recorded = recorder.trace.tokens.count
        var rows = passed..<min(passed + chunkLength, sequence.count)
        // What a moved window reads again predicts tokens that are in the trace already.
        let repeats = rows.lowerBound + 1 < recorded
        if repeats { rows = rows.lowerBound..<min(rows.upperBound, recorded - 1) }
        let predicted = rows.lowerBound + 1..<min(rows.upperBound + 1, sequence.count)
        let upcoming = repeats ? [] : predicted.map { sequence[$0] }
        // What is read again is shown to nobody, but its positions are in the cache once more.
        let signals =
            repeats
            ? SignalRequest(valueProducts: recorder.signals.valueProducts)
            : recorder.signals.shifted(by: cacheStart)
        let lane = Lane(
            tokens: rows.map { sequence[$0].id }, cache: cache,
            logits: repeats ? .none : upcoming.isEmpty ? .last : .all,
            signals: signals, edits: edits.compactMap { $0.shifted(by: cacheStart) },
            textLength: textLength)
        // The lane's copy must be the only one, or the cache would copy its last page.
        cache = context.model.makeCache()
        recorder.beginPass(
            signals, context.configuration,
            rows: rows.lowerBound - cacheStart..<rows.upperBound - cacheStart,
            contextStart: cacheStart)
        let sink = PassSink(
            recorder: recorder, upcoming: upcoming,
            draws: upcoming.map { sequence.draw(of: $0.index.rawValue) },
            lastRow: rows.upperBound - 1, isReading: repeats || !upcoming.isEmpty,
            lastLogits: lastLogits)
        recorder = Recorder(
            trace: TokenTrace(header: recorder.trace.header), shape: recorder.shape)
        lastLogits = []
        return (lane, sink)
    }

    /// Takes back what ``beginPass()`` handed out, as if there had been no pass.
    mutating func abandonPass(_ cache: KVCache<Float>, _ sink: PassSink) {
        self.cache = cache
        lastLogits = sink.lastLogits
        recorder = sink.recorder
    }

    /// Takes back what ``beginPass()`` handed out.
    ///
    /// - Parameters:
    ///   - cache: The lane's cache after the pass; as before where it failed.
    ///   - sink: What took the pass in.
    ///   - failure: Why the pass failed; nil where it did not.
    /// - Throws: ``DecodingFailure`` for a pass or an observer that failed.
    mutating func finishPass(
        _ cache: KVCache<Float>, _ sink: PassSink, _ failure: ModelFailure?
    ) throws(DecodingFailure) {
        abandonPass(cache, sink)
        if let failure { throw .model(failure) }
        precondition(
            passed == sink.lastRow + 1, "a model must grow its lanes' caches by their tokens")
        if let failure = recorder.failure { throw failure }
        if sink.isReading { prefillProgress?(passed, sequence.count) }
    }

    /// The tokens the window will have seen when all that is there has gone through: the chunks of a
    /// text are parts of one text, not texts of their own.
    private var textLength: Int {
        min(sequence.count - cacheStart, parameters.window?.length ?? Int.max)
    }

    /// The tokens that go through the model at once: as many as the settings say and the window has
    /// room for, or fewer where the observers ask for much.
    private var chunkLength: Int {
        let row = signalBytesPerRow(of: recorder.signals, context: min(sequence.count, limit))
        let room = parameters.window.map { $0.length - cache.count } ?? Int.max
        let most = min(parameters.prefillStepSize, room)
        return row == 0 ? most : max(1, Int(min(Double(most), Double(Self.signalBytes) / row)))
    }

    private var limit: Int { context.configuration.contextLength }

    /// Bytes that the signals of one row take, at most, until its token is observed.
    func signalBytesPerRow(of signals: SignalRequest, context length: Int) -> Double {
        let shape = context.configuration
        let heads = shape.queryHeadCount
        var planes = 0
        if !signals.attention.isEmpty {
            for layer in 0..<shape.layerCount {
                let wishes = signals.attention.filter { $0.layers.contains(layer) }
                planes += (0..<heads).count { head in
                    wishes.contains { $0.heads.contains(QueryHead(head)) }
                }
                planes += wishes.contains { $0.heads == .mean } ? 1 : 0
            }
        }
        let states = (0...shape.layerCount).count { signals.hiddenStates.contains($0) }
        let components = ComponentLayout.valuesPerRow(of: signals.components, in: shape)
        return 4
            * (Double(planes) * Double(length) + Double(states * shape.hiddenSize + components))
    }
}
