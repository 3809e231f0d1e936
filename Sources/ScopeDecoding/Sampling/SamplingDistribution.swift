internal import ScopeTensor

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// What tokens are drawn from: logits after temperature, top-k, top-p and min-p.
///
/// Bias, penalties and processors have changed the logits before. Not to be confused with
/// ``ModelDistribution``, which metrics read.
public struct SamplingDistribution: Equatable, Sendable {
    /// A token that can be drawn.
    public struct Candidate: Equatable, Sendable {
        /// The token.
        public var id: Int
        /// Its share, from 0 to 1; all candidates' sum to 1.
        public var probability: Double

        /// Creates a candidate.
        public init(id: Int, probability: Double) {
            self.id = id
            self.probability = probability
        }
    }

    /// The tokens that can be drawn, most probable first, equal ones by id; at least one.
    public let candidates: [Candidate]

    /// Applies temperature, then top-k, then top-p, then min-p to logits.
    ///
    /// Each works on what the one before it left, renormalised. At temperature 0 the most probable
    /// token alone is left, the lowest id among equals.
    ///
    /// - Parameters:
    ///   - logits: One for each entry of the vocabulary; −∞ for a token that cannot occur, at least
    ///     one finite, none NaN or +∞.
    ///   - parameters: The settings; bias and penalties are not applied here.
    /// - Complexity: O(vocabulary + kept · log kept).
    public init(logits: Span<Float>, parameters: GenerateParameters) {
        guard let distribution = Self(checking: logits, parameters: parameters) else {
            preconditionFailure("no distribution can be made of these logits")
        }
        self = distribution
    }

    /// The same; nil for logits that no distribution can be made of.
    ///
    /// - Parameters:
    ///   - logits: One for each entry of the vocabulary.
    ///   - parameters: The settings.
    ///   - isOrdered: Whether the candidates must be in order. A draw does not care, and to sort a
    ///     whole vocabulary takes longer than everything else here.
    init?(
        checking logits: Span<Float>, parameters: GenerateParameters, isOrdered: Bool = true
    ) {
        let leaders = RankedLogit.largest(max(1, parameters.topK), of: logits)
        guard let leader = leaders.first, leader.logit.isFinite else { return nil }
        guard parameters.temperature > 0 else {
            candidates = [Candidate(id: leader.index, probability: 1)]
            return
        }
        var weights = Weights(peak: Double(leader.logit), temperature: parameters.temperature)
        if parameters.topK > 0, parameters.topK < logits.count {
            weights.keep(leaders)
        } else {
            weights.keep(logits, topP: parameters.topP, minP: parameters.minP)
            if isOrdered || parameters.topP < 1 { weights.sort() }
        }
        guard weights.total.isFinite else { return nil }
        candidates = weights.candidates(topP: parameters.topP, minP: parameters.minP)
    }

    /// The probability with which a token is drawn; 0 for one that is not among the candidates.
    ///
    /// - Complexity: O(candidates).
    public func probability(of id: Int) -> Double {
        candidates.first { $0.id == id }?.probability ?? 0
    }

    /// The candidate that wins the noise of `seed` at `index`.
    ///
    /// - Parameters:
    ///   - index: The place of the token to be drawn.
    ///   - seed: Determines the draw together with `index`.
    /// - Returns: The token's id.
    /// - Complexity: O(candidates).
    public func draw(index: Int, seed: UInt64) -> Int {
        drawCandidate(index: index, seed: seed).id
    }

    func drawCandidate(index: Int, seed: UInt64) -> Candidate {
        let noise = CounterNoise(seed: seed)
        var best = candidates[0]
        var bestScore = -Double.infinity
        for candidate in candidates {
            let score = log(candidate.probability) + noise.gumbel(index: index, id: candidate.id)
            if score > bestScore || score == bestScore && candidate.id < best.id {
                best = candidate
                bestScore = score
            }
        }
        return best
    }
}

/// Tokens with their shares of the most probable one's probability, on the way to a distribution.
private struct Weights {
    let peak: Double
    let temperature: Double
    var kept: [SamplingDistribution.Candidate] = []
    /// The weight of everything that top-p counts, kept here or not.
    var total = 0.0

    init(peak: Double, temperature: Double) {
        self.peak = peak
        self.temperature = temperature
    }

    private func weight(_ logit: Float) -> Double { exp((Double(logit) - peak) / temperature) }

    /// Keeps the tokens that top-k left, most probable first.
    mutating func keep(_ leaders: [RankedLogit]) {
        for leader in leaders {
            let weight = weight(leader.logit)
            total += weight
            if weight > 0 { kept.append(.init(id: leader.index, probability: weight)) }
        }
    }

    /// Keeps the tokens of the whole vocabulary that top-p and min-p can leave, by id.
    mutating func keep(_ logits: Span<Float>, topP: Double, minP: Double) {
        for index in logits.indices { total += weight(logits[index]) }
        // All tokens below the first floor together weigh less than what top-p cuts off, and min-p
        // cuts off what lies below the second; so only the rest needs sorting.
        let floor = max((1 - topP) / Double(logits.count) * total, minP)
        // The same floor as a logit, lowered beyond any rounding, saves most exponentials.
        let cut = peak + log(floor) * temperature
        let lowered = cut - 1e-9 * abs(cut) - 1e-6
        for index in logits.indices where Double(logits[index]) >= lowered {
            let weight = weight(logits[index])
            if weight >= floor, weight > 0 {
                kept.append(.init(id: index, probability: weight))
            }
        }
    }

    mutating func sort() {
        kept.sort { ($1.probability, $0.id) < ($0.probability, $1.id) }
    }

    /// Cuts by top-p, then by min-p, and makes probabilities of the weights; top-p below 1 wants the
    /// kept ones in order.
    func candidates(topP: Double, minP: Double) -> [SamplingDistribution.Candidate] {
        var mass = 0.0
        var count = 0
        let enough = topP < 1 ? topP * total : .infinity
        while count < kept.count, mass < enough {
            // The most probable token's weight is 1 and stays, whatever min-p is. Only the ordered
            // leaders of top-k may still hold less.
            if kept[count].probability < minP { break }
            mass += kept[count].probability
            count += 1
        }
        return kept.prefix(count).map { .init(id: $0.id, probability: $0.probability / mass) }
    }
}
