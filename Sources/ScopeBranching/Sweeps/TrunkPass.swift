internal import ScopeDecoding
internal import ScopeTensor
internal import ScopeTrace
internal import ScopeTransformer

/// What one reading of a branch tells of each of its tokens: how probable it was, and what else could
/// have stood there.
struct TrunkReading {
    /// Of a token with a prediction.
    struct Prediction {
        /// The token's logarithm of probability, in nats.
        let logProbability: Double
        /// Its place among all tokens, from 1.
        let rank: Int
        /// The distribution's entropy, in nats.
        let entropy: Double
        /// The two largest probabilities' difference.
        let margin: Double
        /// The most probable other tokens with their logarithms of probability.
        let alternatives: [(id: Int, logProbability: Double)]
    }

    /// By token; nil for token 0, and for tokens nobody asked for.
    var predictions: [Prediction?]
    var cache: KVCache<Float>
}

/// Takes in a reading: the distribution of each row, of which a few numbers are kept.
struct TrunkSink: SignalSink {
    let ids: [Int]
    let alternatives: Int
    let wanted: Range<Int>
    var predictions: [TrunkReading.Prediction?]
    var failure: DecodingFailure?

    mutating func beginLayer(_ layer: Int) throws(ModelFailure) {
        if Task.isCancelled { throw .cancelled }
    }

    mutating func logits(_ logits: Span<Float>, at place: RowPlace) {
        let index = place.row + 1
        guard index < ids.count, wanted.contains(index), failure == nil else { return }
        guard let summary = LogitSummary(logits) else {
            failure = .notADistribution(token: TokenIndex(index))
            return
        }
        let leaders = RankedLogit.largest(max(2, alternatives + 1), of: logits)
        let own = logits[ids[index]]
        var rank = 1
        for id in logits.indices where logits[id] > own { rank += 1 }
        let logProbabilities = leaders.map { Double($0.logit) - summary.logSumExp }
        let others = zip(leaders, logProbabilities).filter { $0.0.index != ids[index] }
        predictions[index] = TrunkReading.Prediction(
            logProbability: Double(own) - summary.logSumExp, rank: rank, entropy: summary.entropy,
            margin: leaders.count < 2
                ? 1
                : Double.exponential(logProbabilities[0]) - Double.exponential(logProbabilities[1]),
            alternatives: others.prefix(alternatives).map { ($0.0.index, $0.1) })
    }
}

extension BranchExplorer {
    /// Reads a branch once, without observers.
    ///
    /// - Parameters:
    ///   - ids: The branch's tokens.
    ///   - leaf: A node of the branch.
    ///   - wanted: The tokens whose predictions are wanted.
    ///   - alternatives: Other tokens to name of each.
    /// - Returns: The predictions, and the branch's cache.
    /// - Throws: ``BranchingFailure``.
    mutating func read(
        _ ids: [Int], onPathTo leaf: BranchNode.ID, wanted: Range<Int>, alternatives: Int
    ) throws(BranchingFailure) -> TrunkReading {
        var sink = TrunkSink(
            ids: ids, alternatives: alternatives, wanted: wanted,
            predictions: Array(repeating: nil, count: ids.count))
        var cache = try cache(ofFirst: max(0, wanted.lowerBound - 1), onPathTo: leaf, ids)
        while cache.count < ids.count {
            let rows =
                cache
                .count..<min(
                    cache.count + GenerateParameters().prefillStepSize, ids.count)
            var lanes = [lane(ids, rows, cache)]
            // The lane's copy must be the only one, or the cache would copy its last page.
            cache = context.model.makeCache()
            try pass(&lanes, into: &sink)
            cache = lanes[0].cache
        }
        if let failure = sink.failure { throw .decoding(failure) }
        return TrunkReading(predictions: sink.predictions, cache: cache)
    }

    /// One pass of lanes without a session.
    mutating func pass(
        _ lanes: inout [Lane<Float>], into sink: inout some SignalSink<Float>
    ) throws(BranchingFailure) {
        counters.passes += 1
        counters.forwardTokens += lanes.reduce(0) { $0 + $1.tokens.count }
        do throws(ModelFailure) {
            try context.forward(&lanes, into: &sink)
        } catch {
            throw .decoding(.model(error))
        }
    }

    /// A session over tokens whose rows a cache holds, but for those of `ids`, without observers.
    func bare(
        _ trunk: DecodingSession, to count: Int, assuming ids: [Int],
        _ parameters: GenerateParameters
    ) throws(BranchingFailure) -> DecodingSession {
        var session: DecodingSession
        if trunk.canRewind {
            session = trunk.rewound(to: count, assuming: ids)
        } else {
            // Attached processors know only how to follow a text from its beginning.
            session = template.unobserved()
            for index in 0..<count {
                let token = trunk.token(at: index)
                session.replay(token.id, origin: token.origin, sourceSpan: token.sourceSpan)
            }
            for id in ids { session.replay(id, origin: .forced) }
            session.adopt(trunk.cacheOfFirst(count))
        }
        var parameters = parameters
        parameters.window = template.parameters.window
        do {
            try session.resume(with: parameters)
        } catch {
            throw .decoding(error)
        }
        return session
    }

    /// A session without observers over the tokens of a reading.
    func trunk(_ tokens: [TokenRecord], _ reading: TrunkReading) -> DecodingSession {
        var session = template.unobserved()
        for token in tokens {
            session.replay(token.id, origin: token.origin, sourceSpan: token.sourceSpan)
        }
        session.adopt(reading.cache)
        return session
    }
}
