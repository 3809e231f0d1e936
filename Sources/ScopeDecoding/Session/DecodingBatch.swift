public import ScopeTrace
internal import ScopeTransformer

/// Several sessions that advance together: what they send through the model at one time is one pass.
///
/// A pass reads every weight once, however many sessions take part, so four of them take hardly longer
/// than one. Each has its own observers, sampler, seed and edits, and forks share what they have in
/// common. With packed weights every session writes, to the bit, what it writes alone, whoever else is
/// there: a row's sums do not depend on its batch, and a draw depends on seed, place and token only.
///
/// ```swift
/// var batch = DecodingBatch(try trunk.samples(4))
/// while batch.next().contains(where: \.isToken) {}
/// let texts = batch.sessions.map(\.trace.generatedText)
/// ```
public struct DecodingBatch: Sendable {
    /// What became of a session's turn.
    public enum Outcome: Sendable {
        /// Its next token.
        case token(TokenRecord)
        /// Decoding has ended, or the task was cancelled; the session's `stopReason` says which.
        case ended
        /// It failed, which the others do not notice.
        case failed(DecodingFailure)

        /// Whether it is a token.
        public var isToken: Bool {
            if case .token = self { true } else { false }
        }
    }

    /// The sessions; others may be put in their place between two turns.
    public var sessions: [DecodingSession]
    /// Tokens that have gone through the model, those of all sessions together.
    public private(set) var forwardTokens = 0
    /// Passes through the model.
    public private(set) var passes = 0

    /// Joins sessions, of one model or of several; those of one model share their passes.
    ///
    /// - Parameter sessions: The sessions, forks or not, each as far as it is.
    public init(_ sessions: [DecodingSession]) {
        self.sessions = sessions
    }

    /// The next token of every session, as ``DecodingSession/next()`` gives it.
    ///
    /// - Returns: What became of each, in the sessions' order.
    /// - Complexity: One forward pass in all for sessions that write; a prompt goes through in chunks.
    public mutating func next() -> [Outcome] {
        take(sessions.map { _ in .next }).compactMap(\.self)
    }

    /// Sends what there is of every session's sequence through the model, as
    /// ``DecodingSession/prefill()`` does.
    ///
    /// - Throws: The first ``DecodingFailure``; the other sessions have been read.
    public mutating func prefill() throws(DecodingFailure) {
        for case .failed(let failure)? in take(sessions.map { _ in .read }) { throw failure }
    }

    /// What a session does in a turn.
    package enum Turn {
        /// Its next token.
        case next
        /// It reads what there is of its sequence.
        case read
        /// Nothing.
        case wait
    }

    /// Gives every session its turn; those that need the model share passes.
    ///
    /// - Parameter turns: What each session does.
    /// - Returns: What became of each; nil for one that has read, or waited.
    package mutating func take(_ turns: [Turn]) -> [Outcome?] {
        var outcomes = [Outcome?](repeating: nil, count: sessions.count)
        var open = sessions.indices.filter { turns[$0] != .wait }
        while true {
            open.removeAll { place in
                let (outcome, isOver) = progress(of: place, turns[place])
                outcomes[place] = outcome
                return isOver
            }
            if open.isEmpty { return outcomes }
            for (place, failure) in pass(open) {
                outcomes[place] = .failed(failure)
                open.removeAll { $0 == place }
            }
        }
    }

    /// What a session's turn comes to without the model, and whether it is over.
    private mutating func progress(of place: Int, _ turn: Turn) -> (Outcome?, isOver: Bool) {
        do throws(DecodingFailure) {
            if turn == .read { return (nil, !(try sessions[place].readsOn())) }
            switch try sessions[place].progress() {
            case .token(let token): return (.token(token), true)
            case .ended: return (.ended, true)
            case .pass: return (nil, false)
            }
        } catch {
            return (.failed(error), true)
        }
    }

    /// One pass for each model that sessions wait for.
    ///
    /// - Returns: The sessions that failed, and why.
    private mutating func pass(_ waiting: [Int]) -> [(Int, DecodingFailure)] {
        var failed: [(Int, DecodingFailure)] = []
        var places = waiting
        while let first = places.first {
            let context = sessions[first].context
            let together = places.filter { sessions[$0].context.isSame(as: context) }
            places.removeAll { sessions[$0].context.isSame(as: context) }
            failed += pass(together, context)
        }
        return failed
    }

    private mutating func pass(
        _ places: [Int], _ context: ModelContext
    ) -> [(Int, DecodingFailure)] {
        var lanes: [Lane<Float>] = []
        var sink = BatchSink()
        for place in places {
            let (lane, part) = sessions[place].beginPass()
            lanes.append(lane)
            sink.parts.append(part)
        }
        forwardTokens += lanes.reduce(0) { $0 + $1.tokens.count }
        passes += 1
        var failure: ModelFailure?
        do throws(ModelFailure) {
            try context.workspaces.withWorkspace { (workspace) throws(ModelFailure) in
                try context.model.forward(&lanes, in: &workspace, into: &sink)
            }
        } catch {
            failure = error
        }
        var failed: [(Int, DecodingFailure)] = []
        for (lane, place) in places.enumerated() {
            let own = failure?.inLane(lane)
            guard failure == nil || own != nil else {
                // Another lane was refused: this one's pass is begun anew without it.
                sessions[place].abandonPass(lanes[lane].cache, sink.parts[lane])
                continue
            }
            do throws(DecodingFailure) {
                try sessions[place].endPass(lanes[lane].cache, sink.parts[lane], own)
            } catch {
                failed.append((place, error))
            }
        }
        return failed
    }
}

extension ModelFailure {
    /// The failure as a lane alone would have met it; nil where it is another lane's.
    fileprivate func inLane(_ lane: Int) -> ModelFailure? {
        guard case .intervention(let place, let index, let fault) = self else { return self }
        return place == lane ? .intervention(lane: 0, index: index, fault) : nil
    }
}

/// Hands the rows of a pass to the lanes' own sinks.
struct BatchSink: SignalSink {
    var parts: [PassSink] = []

    mutating func beginLayer(_ layer: Int) throws(ModelFailure) {
        if Task.isCancelled { throw .cancelled }
    }

    mutating func attention(
        _ weights: Span<Float>, layer: Int, head: QueryHead, at place: RowPlace
    ) {
        parts[place.lane].attention(weights, layer: layer, head: head, at: place)
    }

    mutating func hiddenState(_ values: Span<Float>, layer: Int, at place: RowPlace) {
        parts[place.lane].hiddenState(values, layer: layer, at: place)
    }

    mutating func component(
        _ values: Span<Float>, _ component: LayerComponent, layer: Int, at place: RowPlace
    ) {
        parts[place.lane].component(values, component, layer: layer, at: place)
    }

    mutating func valueProducts(_ products: Span<Float>, layer: Int, at place: RowPlace) {
        parts[place.lane].valueProducts(products, layer: layer, at: place)
    }

    mutating func logits(_ logits: Span<Float>, at place: RowPlace) {
        parts[place.lane].logits(logits, at: place)
    }
}
