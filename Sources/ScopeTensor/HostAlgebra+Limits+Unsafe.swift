import CScopeKernels

// Factors, caps and slopes.

extension HostAlgebra {
    /// Multiplies every value by a factor, which is rounded to `Float` first.
    ///
    /// - Complexity: O(values).
    public func scale(_ x: inout Tensor<Float>, by factor: Double) {
        unsafe x.storage.withUnsafeMutableBufferPointer { x in
            guard let start = x.baseAddress else { return }
            unsafe kernels.functions.scale(start, x.count, Float(factor))
        }
    }

    /// Soft cap: `x = cap · tanh(x / cap)`, in `Double`.
    ///
    /// - Parameters:
    ///   - x: the values.
    ///   - cap: what no magnitude exceeds; above 0.
    /// - Complexity: O(values).
    public func softCap(_ x: inout Tensor<Float>, cap: Double) {
        var values = x.mutableSpan
        softCap(&values, cap: cap)
    }

    /// Brings every value into `-limit...limit`; NaN stays.
    ///
    /// - Parameters:
    ///   - x: the values.
    ///   - limit: the largest magnitude, rounded to `Float`; 0 or more.
    /// - Complexity: O(values).
    public func clamp(_ x: inout Tensor<Float>, to limit: Double) {
        checkLimit(limit)
        unsafe x.storage.withUnsafeMutableBufferPointer { x in
            guard let start = x.baseAddress else { return }
            unsafe kernels.functions.clamp(start, x.count, Float(limit))
        }
    }

    /// Soft cap of attention scores: `x = cap · tanh(x / cap)`, in `Double`.
    ///
    /// - Parameters:
    ///   - scores: the scores, before the softmax.
    ///   - cap: what no magnitude exceeds; above 0.
    /// - Complexity: O(scores).
    public func softCap(_ scores: inout MutableSpan<Float>, cap: Double) {
        checkCap(cap)
        unsafe scores.withUnsafeMutableBufferPointer { scores in
            guard let start = scores.baseAddress else { return }
            unsafe kernels.functions.soft_cap(start, scores.count, cap)
        }
    }

    /// Linear bias by distance: `scores[j] += slope · (firstDistance + j)`.
    ///
    /// - Parameters:
    ///   - scores: one score a key, of keys at neighbouring positions.
    ///   - slope: the head's slope, rounded to `Float`.
    ///   - firstDistance: the first key's position less the query's.
    /// - Complexity: O(scores).
    public func addSlope(
        _ scores: inout MutableSpan<Float>, slope: Double, firstDistance: Int
    ) {
        unsafe scores.withUnsafeMutableBufferPointer { scores in
            guard let start = scores.baseAddress else { return }
            unsafe kernels.functions.add_slope(
                start, scores.count, Float(slope), Int64(firstDistance))
        }
    }
}
