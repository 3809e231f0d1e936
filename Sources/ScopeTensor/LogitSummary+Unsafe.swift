import CScopeKernels

/// What a row of logits says as a distribution, computed wholly in `Double`.
public struct LogitSummary: Sendable, Equatable {
    /// The logarithm of the sum of exponentials: `log p(i) = logits[i] − logSumExp`.
    public let logSumExp: Double

    /// The entropy of the softmax, in nats.
    public let entropy: Double

    /// Summarises logits; an entry of −∞ is an impossible token.
    ///
    /// Fails where there is no distribution: a NaN, a +∞, or nothing above −∞.
    ///
    /// - Parameters:
    ///   - logits: one a token.
    ///   - level: the kernels; this processor's widest unless named.
    /// - Complexity: O(logits).
    public init?(_ logits: Span<Float>, level: KernelLevel = .best) {
        var logSumExp = 0.0
        var entropy = 0.0
        let isDistribution = unsafe logits.withUnsafeBufferPointer { logits in
            guard let start = logits.baseAddress else { return false }
            return unsafe level.kernels.functions.logits_summary(
                start, logits.count, &logSumExp, &entropy) != 0
        }
        guard isDistribution else { return nil }
        self.logSumExp = logSumExp
        self.entropy = entropy
    }
}

/// A logit with its place in the row.
public struct RankedLogit: Sendable, Equatable {
    /// The place, that is the token's id.
    public let index: Int

    /// The logit.
    public let logit: Float

    /// The largest logits, the largest first, among equals the one of lower index first.
    ///
    /// - Parameters:
    ///   - count: how many at most.
    ///   - logits: the row; without NaN, which would take an arbitrary place.
    ///   - level: the kernels; this processor's widest unless named.
    /// - Returns: `min(count, logits.count)` entries.
    /// - Complexity: O(n + m log k) for k of n, where m entries rise into the list on the way.
    public static func largest(
        _ count: Int, of logits: Span<Float>, level: KernelLevel = .best
    ) -> [RankedLogit] {
        precondition(count >= 0, "a negative count")
        precondition(logits.count <= Int(UInt32.max), "more logits than 32 bits can number")
        let count = min(count, logits.count)
        var indices = [UInt32](repeating: 0, count: count)
        var values = [Float](repeating: 0, count: count)
        unsafe logits.withUnsafeBufferPointer { logits in
            guard let start = logits.baseAddress else { return }
            unsafe level.kernels.functions.top(start, logits.count, count, &indices, &values)
        }
        return zip(indices, values).map { RankedLogit(index: Int($0), logit: $1) }
    }
}
