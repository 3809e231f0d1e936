#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

// Factors, caps and slopes.

extension ScalarAlgebra {
    /// Multiplies every value by a factor, which is rounded to `Scalar` first.
    ///
    /// - Complexity: O(values).
    public func scale(_ x: inout Tensor<Scalar>, by factor: Double) {
        for i in x.storage.indices { x.storage[i] *= Scalar(factor) }
    }

    /// Soft cap: `x = cap · tanh(x / cap)`, in `Double`.
    ///
    /// - Parameters:
    ///   - x: the values.
    ///   - cap: what no magnitude exceeds; above 0.
    /// - Complexity: O(values).
    public func softCap(_ x: inout Tensor<Scalar>, cap: Double) {
        var values = x.mutableSpan
        softCap(&values, cap: cap)
    }

    /// Brings every value into `-limit...limit`; NaN stays.
    ///
    /// - Parameters:
    ///   - x: the values.
    ///   - limit: the largest magnitude, rounded to `Scalar`; 0 or more.
    /// - Complexity: O(values).
    public func clamp(_ x: inout Tensor<Scalar>, to limit: Double) {
        checkLimit(limit)
        let limit = Scalar(limit)
        for i in x.storage.indices {
            if x.storage[i] > limit { x.storage[i] = limit }
            if x.storage[i] < -limit { x.storage[i] = -limit }
        }
    }

    /// Soft cap of attention scores: `x = cap · tanh(x / cap)`, in `Double`.
    ///
    /// - Parameters:
    ///   - scores: the scores, before the softmax.
    ///   - cap: what no magnitude exceeds; above 0.
    /// - Complexity: O(scores).
    public func softCap(_ scores: inout MutableSpan<Scalar>, cap: Double) {
        checkCap(cap)
        for i in scores.indices { scores[i] = Scalar(cap * tanh(Double(scores[i]) / cap)) }
    }

    /// Linear bias by distance: `scores[j] += slope · (firstDistance + j)`.
    ///
    /// - Parameters:
    ///   - scores: one score a key, of keys at neighbouring positions.
    ///   - slope: the head's slope, rounded to `Scalar`.
    ///   - firstDistance: the first key's position less the query's.
    /// - Complexity: O(scores).
    public func addSlope(
        _ scores: inout MutableSpan<Scalar>, slope: Double, firstDistance: Int
    ) {
        for j in scores.indices { scores[j] += Scalar(slope) * Scalar(firstDistance + j) }
    }
}
