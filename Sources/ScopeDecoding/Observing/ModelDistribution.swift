internal import ScopeTensor
internal import ScopeTrace

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The model's own belief about one token: the softmax of its logits, before any sampler.
///
/// Lent for the duration of an observer's call. The sum over the vocabulary is taken once, in
/// `Double`, however many observers read it; natural logarithms throughout.
public struct ModelDistribution: ~Escapable {
    /// The logits as the architecture defines them, one for each entry of the vocabulary.
    public let logits: Span<Float>
    private let summary: LogitSummary

    /// - Throws: ``DecodingFailure/notADistribution(token:)`` for logits that are no numbers.
    @_lifetime(copy logits)
    init(logits: Span<Float>, of token: TokenIndex) throws(DecodingFailure) {
        guard let summary = LogitSummary(logits) else { throw .notADistribution(token: token) }
        self.logits = logits
        self.summary = summary
    }

    /// The logarithm of the sum of the logits' exponentials, in nats.
    public var logSumExp: Double { summary.logSumExp }

    /// Shannon entropy, in nats: 0 where one token is certain, `log(vocabulary)` where all are equal.
    public var entropy: Double { summary.entropy }

    /// The probability of the most probable token less that of the next.
    ///
    /// - Complexity: O(vocabulary).
    public var margin: Double {
        let leaders = RankedLogit.largest(2, of: logits).map { exp(Double($0.logit) - logSumExp) }
        return leaders.count < 2 ? 1 : leaders[0] - leaders[1]
    }

    /// A token's logarithm of probability, in nats.
    public func logProbability(of id: Int) -> Double {
        Double(logits[id]) - logSumExp
    }

    /// A token's surprisal, −ln p, in nats: from 0 up, infinite for a token that cannot occur.
    public func surprisal(of id: Int) -> Double {
        let surprisal = logSumExp - Double(logits[id])
        // Certainty gives 0 and not −0, and rounding never a negative number.
        return surprisal > 0 ? surprisal : 0
    }

    /// A token's probability.
    public func probability(of id: Int) -> Double {
        exp(logProbability(of: id))
    }

    /// The place of a token among all, from 1: one more than the tokens with a larger logit.
    ///
    /// - Complexity: O(vocabulary).
    public func rank(of id: Int) -> Int {
        let own = logits[id]
        var larger = 0
        for index in logits.indices where logits[index] > own { larger += 1 }
        return larger + 1
    }

    /// The `count` most probable tokens, most probable first, equal ones by id.
    ///
    /// - Complexity: O(vocabulary).
    public func mostProbable(_ count: Int) -> [Int] {
        RankedLogit.largest(count, of: logits).map(\.index)
    }
}
