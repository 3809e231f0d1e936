internal import ScopeTensor

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// What tokens are drawn from: the model's distribution after temperature, top-k and top-p.
///
/// Not to be confused with ``ModelDistribution``, which metrics read.
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

    /// The tokens that can be drawn, most probable first, equal ones by id.
    public let candidates: [Candidate]

    /// Applies temperature, then top-k, then top-p to logits.
    ///
    /// - Parameters:
    ///   - logits: One for each entry of the vocabulary.
    ///   - parameters: The settings; temperature 0 leaves the most probable token alone.
    /// - Complexity: O(vocabulary + kept · log kept).
    public init(logits: Span<Float>, parameters: GenerateParameters) {
        let leaders = RankedLogit.largest(max(1, parameters.topK), of: logits)
        guard let peak = leaders.first.map({ Double($0.logit) }), parameters.temperature > 0 else {
            candidates = leaders.prefix(1).map { Candidate(id: $0.index, probability: 1) }
            return
        }
        let scale = 1 / parameters.temperature
        var kept: [Candidate] = []
        var total = 0.0
        if parameters.topK > 0, parameters.topK < logits.count {
            for leader in leaders {
                let weight = exp((Double(leader.logit) - peak) * scale)
                kept.append(Candidate(id: leader.index, probability: weight))
                total += weight
            }
        } else {
            for index in logits.indices { total += exp((Double(logits[index]) - peak) * scale) }
            // All tokens below this share together weigh less than what top-p cuts off, so none of
            // them can be kept and only the rest needs sorting.
            let floor = (1 - parameters.topP) / Double(logits.count) * total
            for index in logits.indices {
                let weight = exp((Double(logits[index]) - peak) * scale)
                if weight >= floor, weight > 0 {
                    kept.append(Candidate(id: index, probability: weight))
                }
            }
            kept.sort { ($1.probability, $0.id) < ($0.probability, $1.id) }
        }
        var mass = 0.0
        var count = 0
        while count < kept.count, mass < parameters.topP * total {
            mass += kept[count].probability
            count += 1
        }
        candidates = kept.prefix(count).map {
            Candidate(id: $0.id, probability: $0.probability / mass)
        }
    }

    /// The candidate that wins the noise of `seed` at `index`.
    ///
    /// - Parameters:
    ///   - index: The place of the token to be drawn.
    ///   - seed: Determines the draw together with `index`.
    /// - Returns: The token's id.
    /// - Complexity: O(candidates).
    public func draw(index: Int, seed: UInt64) -> Int {
        let noise = CounterNoise(seed: seed)
        var best = candidates[0].id
        var bestScore = -Double.infinity
        for candidate in candidates {
            let score = log(candidate.probability) + noise.gumbel(index: index, id: candidate.id)
            if score > bestScore {
                best = candidate.id
                bestScore = score
            }
        }
        return best
    }
}
