#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension ScalarAlgebra {
    /// Attention scores of one head: the scaled product of the query with each key.
    ///
    /// - Parameters:
    ///   - query: the query's values.
    ///   - keys: `scores.count` rows of `query.count`.
    ///   - scale: the factor.
    ///   - scores: one value a key.
    /// - Complexity: O(keys).
    public func dotRows(
        _ query: Span<Scalar>, _ keys: Span<Scalar>, scale: Scalar,
        into scores: inout MutableSpan<Scalar>
    ) {
        let width = query.count
        checkRows(keys.count, scores.count, width)
        for j in scores.indices {
            let key = keys.extracting(j * width..<(j + 1) * width)
            scores[j] = scale * Scalar.sumOfProducts(query, key)
        }
    }

    /// Softmax in place, shifted by the maximum, the sum in `Double`.
    ///
    /// A score of −∞ becomes 0; where all are −∞ there is no distribution and the result is NaN.
    ///
    /// - Complexity: O(scores).
    public func softmax(_ scores: inout MutableSpan<Scalar>) {
        var largest = -Scalar.infinity
        for i in scores.indices { largest = max(largest, scores[i]) }
        var sum = 0.0
        for i in scores.indices {
            let power = exp(Double(scores[i]) - Double(largest))
            sum += power
            scores[i] = Scalar(power)
        }
        for i in scores.indices { scores[i] = Scalar(Double(scores[i]) / sum) }
    }

    /// Attention's mix of values: adds each row times its weight, in order.
    ///
    /// - Parameters:
    ///   - weights: one a row.
    ///   - values: `weights.count` rows of `output.count`.
    ///   - output: what is added to.
    /// - Complexity: O(values).
    public func addWeightedRows(
        _ weights: Span<Scalar>, _ values: Span<Scalar>, to output: inout MutableSpan<Scalar>
    ) {
        let width = output.count
        checkRows(values.count, weights.count, width)
        for j in weights.indices {
            let row = values.extracting(j * width..<(j + 1) * width)
            Scalar.add(row, scaledBy: weights[j], to: &output)
        }
    }
}
