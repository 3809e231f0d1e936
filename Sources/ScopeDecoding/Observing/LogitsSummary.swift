#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// What one pass over the logits tells, in `Double`.
struct LogitsSummary: Sendable {
    let logSumExp: Double
    let entropy: Double
    let largest: Float
    let secondLargest: Float

    /// - Complexity: O(vocabulary).
    init(of logits: Span<Float>) {
        var largest = -Float.infinity
        var second = -Float.infinity
        for index in logits.indices {
            let value = logits[index]
            if value > largest {
                second = largest
                largest = value
            } else if value > second {
                second = value
            }
        }
        let peak = Double(largest)
        var total = 0.0
        var moment = 0.0
        for index in logits.indices {
            let shifted = Double(logits[index]) - peak
            let weight = exp(shifted)
            total += weight
            // A logit of −∞ has no weight, and 0 · ∞ would be no number.
            if weight > 0 { moment += weight * shifted }
        }
        self.logSumExp = peak + log(total)
        self.entropy = max(0, log(total) - moment / total)
        self.largest = largest
        self.secondLargest = second
    }
}
