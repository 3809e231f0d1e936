internal import ScopeTensor
internal import ScopeTrace

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// What is kept of a row of logits besides the logits.
package struct ComparedLogits {
    let opinion: RowOpinion
    /// The logarithm of the sum of exponentials over the ids that both models have.
    let logSumExp: Double

    /// Fails, and says why, where the logits are no distribution.
    init?(
        _ logits: Span<Float>, of target: TokenRecord, sharing size: Int,
        failure: inout DecodingFailure?
    ) {
        let shared = logits.extracting(0..<size)
        guard let own = LogitSummary(logits),
            let summary = size == logits.count ? own : LogitSummary(shared),
            let leader = RankedLogit.largest(1, of: shared).first
        else {
            failure = .notADistribution(token: target.index)
            return nil
        }
        logSumExp = summary.logSumExp
        // Certainty gives 0 and not −0, and rounding never a negative number.
        let surprisal = own.logSumExp - Double(logits[target.id])
        opinion = RowOpinion(
            surprisal: surprisal > 0 ? surprisal : 0, argmax: leader.index,
            probability: min(1, exp(Double(logits[leader.index]) - own.logSumExp)))
    }

    /// KL(A‖B) = Σ p_A ln(p_A / p_B), in nats.
    ///
    /// As Σ p_A · (e^−d − 1 + d) with d = ln p_A − ln p_B, which is the same because probabilities
    /// add up to 1 on both sides. Every term is at least 0, so the sum is, and small differences do
    /// not drown in the rounding of terms that cancel.
    ///
    /// - Complexity: O(vocabulary).
    package static func divergence(
        of a: ArraySlice<Float>, _ logSumExpOfA: Double, from b: Span<Float>,
        _ logSumExpOfB: Double
    ) -> Double {
        var sum = 0.0
        for index in 0..<a.count {
            let logA = Double(a[a.startIndex + index]) - logSumExpOfA
            let logB = Double(b[index]) - logSumExpOfB
            let difference = logA - logB
            // Both impossible: −∞ less −∞.
            guard !difference.isNaN else { continue }
            let probability = exp(logA)
            if probability == 0 {
                // What cannot occur to A has its share of the sum in what it takes from B.
                sum += exp(logB)
            } else if difference < -30 {
                sum += exp(logB) + probability * (difference - 1)
            } else {
                sum += probability * max(0, expm1(-difference) + difference)
            }
        }
        return sum
    }

    /// The mean of KL(A‖M) and KL(B‖M), M being the mean of both distributions (Lin, 1991), in nats.
    ///
    /// With m = (p + q) / 2, t = (p − q) / (p + q) and d = ln p − ln q a term is
    /// m / 2 · ((1 + t) ln(1 + t) + (1 − t) ln(1 − t)) = m / 2 · (t d + ln(1 − t²)), which is at least 0 and
    /// does not cancel where p and q are close.
    ///
    /// - Complexity: O(vocabulary).
    package static func jensenShannon(
        of a: ArraySlice<Float>, _ logSumExpOfA: Double, and b: Span<Float>,
        _ logSumExpOfB: Double
    ) -> Double {
        var sum = 0.0
        for index in 0..<a.count {
            let logP = Double(a[a.startIndex + index]) - logSumExpOfA
            let logQ = Double(b[index]) - logSumExpOfB
            let (p, q) = (exp(logP), exp(logQ))
            let middle = (p + q) / 2
            guard middle > 0 else { continue }
            let difference = logP - logQ
            if abs(difference) < 1 {
                let t = (p - q) / (p + q)
                sum += middle / 2 * max(0, t * difference + log1p(-t * t))
            } else {
                if p > 0 { sum += p / 2 * log(p / middle) }
                if q > 0 { sum += q / 2 * log(q / middle) }
            }
        }
        return min(log(2), max(0, sum))
    }
}
