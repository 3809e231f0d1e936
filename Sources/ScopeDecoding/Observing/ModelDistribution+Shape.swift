internal import ScopeTensor

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension ModelDistribution {
    /// The variance of surprisal, Σ p (−ln p − H)², in squared nats, where H is ``entropy``: 0 where
    /// all tokens that can occur are equally likely.
    ///
    /// - Complexity: O(vocabulary).
    public var varentropy: Double {
        let (logSumExp, entropy) = (logSumExp, entropy)
        var sum = 0.0
        for index in logits.indices {
            let surprisal = logSumExp - Double(logits[index])
            let probability = exp(-surprisal)
            // What cannot occur has infinite surprisal and no share.
            guard probability > 0 else { continue }
            sum += probability * (surprisal - entropy) * (surprisal - entropy)
        }
        return sum
    }

    /// The fewest tokens, most probable first, whose probabilities together reach a mass.
    ///
    /// The token that crosses the mass counts; sums are taken in `Double`, so a mass that is met
    /// exactly may cost one token more by rounding.
    ///
    /// - Parameter mass: What they must reach together; above 0 and at most 1.
    /// - Returns: A number from 1 to the vocabulary's size; for a mass of 1, which rounding may miss,
    ///   all tokens with a probability above 0.
    /// - Complexity: O(vocabulary · log(result)).
    public func nucleusSize(mass: Double) -> Int {
        precondition(mass > 0 && mass <= 1, "a probability mass is above 0 and at most 1")
        // Most nuclei are small, so ever longer lists of leaders come cheaper than sorting.
        var length = 64
        while true {
            let leaders = RankedLogit.largest(length, of: logits)
            var sum = 0.0
            var count = 0
            for leader in leaders {
                let probability = exp(Double(leader.logit) - logSumExp)
                if probability == 0 { return count }
                sum += probability
                count += 1
                if sum >= mass, mass < 1 { return count }
            }
            if leaders.count == logits.count { return count }
            length *= 16
        }
    }
}
