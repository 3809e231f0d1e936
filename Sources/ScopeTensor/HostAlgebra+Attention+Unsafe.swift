import CScopeKernels

extension HostAlgebra {
    /// Attention scores of one head: the scaled product of the query with each key.
    ///
    /// - Parameters:
    ///   - query: the query's values.
    ///   - keys: `scores.count` rows of `query.count`.
    ///   - scale: the factor.
    ///   - scores: one value a key.
    /// - Complexity: O(keys).
    public func dotRows(
        _ query: Span<Float>, _ keys: Span<Float>, scale: Float,
        into scores: inout MutableSpan<Float>
    ) {
        checkRows(keys.count, scores.count, query.count)
        unsafe query.withUnsafeBufferPointer { query in
            unsafe keys.withUnsafeBufferPointer { keys in
                unsafe scores.withUnsafeMutableBufferPointer { scores in
                    guard let start = query.baseAddress, let keys = keys.baseAddress,
                        let target = scores.baseAddress
                    else {
                        // Products over no values.
                        unsafe scores.update(repeating: 0)
                        return
                    }
                    unsafe kernels.functions.dot_rows(
                        start, query.count, keys, scores.count, scale, target)
                }
            }
        }
    }

    /// Softmax in place, shifted by the maximum, the sum in `Double`.
    ///
    /// A score of −∞ becomes 0; where all are −∞ there is no distribution and the result is NaN.
    ///
    /// - Complexity: O(scores).
    public func softmax(_ scores: inout MutableSpan<Float>) {
        unsafe scores.withUnsafeMutableBufferPointer { scores in
            guard let start = scores.baseAddress else { return }
            unsafe kernels.functions.softmax(start, scores.count)
        }
    }

    /// Attention's mix of values: adds each row times its weight, in order.
    ///
    /// - Parameters:
    ///   - weights: one a row.
    ///   - values: `weights.count` rows of `output.count`.
    ///   - output: what is added to.
    /// - Complexity: O(values).
    public func addWeightedRows(
        _ weights: Span<Float>, _ values: Span<Float>, to output: inout MutableSpan<Float>
    ) {
        checkRows(values.count, weights.count, output.count)
        unsafe weights.withUnsafeBufferPointer { weights in
            unsafe values.withUnsafeBufferPointer { values in
                unsafe output.withUnsafeMutableBufferPointer { output in
                    guard let start = weights.baseAddress, let values = values.baseAddress,
                        let target = output.baseAddress
                    else { return }
                    unsafe kernels.functions.add_weighted_rows(
                        start, weights.count, values, output.count, target)
                }
            }
        }
    }
}
