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
    /// - Complexity: O(vocabulary).
    public func nucleusSize(mass: Double) -> Int {
        precondition(mass > 0 && mass <= 1, "a probability mass is above 0 and at most 1")
        guard mass < 1 else {
            var possible = 0
            for index in logits.indices where probability(of: index) > 0 { possible += 1 }
            return possible
        }
        // Most nuclei are small.
        var sum = 0.0
        var count = 0
        for leader in RankedLogit.largest(64, of: logits) {
            sum += exp(Double(leader.logit) - logSumExp)
            count += 1
            if sum >= mass { return count }
        }
        return count == logits.count ? count : wideNucleusSize(mass: mass)
    }

    /// The same by counting: tokens go into buckets by their surprisal, and only the bucket in which
    /// the mass is crossed is sorted.
    private func wideNucleusSize(mass: Double) -> Int {
        let perNat = 64.0
        // What is less probable than this has less than 1 − mass together.
        let limit = -log((1 - mass) / Double(logits.count))
        let bucketCount = Int(limit * perNat) + 1
        var masses = [Double](repeating: 0, count: bucketCount)
        var counts = [Int](repeating: 0, count: bucketCount)
        for index in logits.indices {
            let surprisal = max(0, logSumExp - Double(logits[index]))
            guard surprisal <= limit else { continue }
            let bucket = min(Int(surprisal * perNat), bucketCount - 1)
            masses[bucket] += exp(-surprisal)
            counts[bucket] += 1
        }
        var sum = 0.0
        var count = 0
        guard
            let crossed = masses.indices.first(where: { bucket in
                if sum + masses[bucket] >= mass { return true }
                sum += masses[bucket]
                count += counts[bucket]
                return false
            })
        else { return count }
        var surprisals: [Double] = []
        for index in logits.indices {
            let surprisal = max(0, logSumExp - Double(logits[index]))
            guard surprisal <= limit, min(Int(surprisal * perNat), bucketCount - 1) == crossed
            else { continue }
            surprisals.append(surprisal)
        }
        for surprisal in surprisals.sorted() {
            sum += exp(-surprisal)
            count += 1
            if sum >= mass { break }
        }
        return count
    }
}
