public import ScopeTensor

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
    private let summary: LogitsSummary

    @_lifetime(copy logits)
    init(logits: Span<Float>) {
        self.logits = logits
        self.summary = LogitsSummary(of: logits)
    }

    /// The logarithm of the sum of the logits' exponentials, in nats.
    public var logSumExp: Double { summary.logSumExp }

    /// Shannon entropy, in nats: 0 where one token is certain, `log(vocabulary)` where all are equal.
    public var entropy: Double { summary.entropy }

    /// The probability of the most probable token less that of the next.
    public var margin: Double {
        exp(Double(summary.largest) - logSumExp) - exp(Double(summary.secondLargest) - logSumExp)
    }

    /// A token's logarithm of probability, in nats.
    public func logProbability(of id: Int) -> Double {
        Double(logits[id]) - logSumExp
    }

    /// A token's surprisal, −ln p, in nats: from 0 up, infinite for a token that cannot occur.
    public func surprisal(of id: Int) -> Double {
        // Written so that certainty gives 0 and not −0, and rounding never a negative number.
        max(0, logSumExp - Double(logits[id]))
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
        logits.indicesOfLargest(count)
    }
}
