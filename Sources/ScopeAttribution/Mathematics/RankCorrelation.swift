/// Correlations of two orders of the same things.
enum RankCorrelation {
    /// Kendall's τ-b (Kendall, 1945): agreeing less disagreeing pairs, corrected for ties; 0 where one
    /// side is all ties.
    static func kendall(_ left: [Double], _ right: [Double]) -> Double {
        var (sum, leftPairs, rightPairs) = (0, 0, 0)
        for i in left.indices {
            for j in 0..<i {
                let a = (left[i] > left[j] ? 1 : 0) - (left[i] < left[j] ? 1 : 0)
                let b = (right[i] > right[j] ? 1 : 0) - (right[i] < right[j] ? 1 : 0)
                sum += a * b
                leftPairs += a * a
                rightPairs += b * b
            }
        }
        let size = (Double(leftPairs) * Double(rightPairs)).squareRoot()
        return size > 0 ? Double(sum) / size : 0
    }

    /// Spearman's ρ: the correlation of ranks, of which equal values share the mean; 0 where one side
    /// is all ties.
    static func spearman(_ left: [Double], _ right: [Double]) -> Double {
        let (x, y) = (ranks(left), ranks(right))
        // Ranks have the same mean on both sides.
        let mean = Double(x.count + 1) / 2
        var (product, first, second) = (0.0, 0.0, 0.0)
        for (a, b) in zip(x, y) {
            product += (a - mean) * (b - mean)
            first += (a - mean) * (a - mean)
            second += (b - mean) * (b - mean)
        }
        let size = (first * second).squareRoot()
        return size > 0 ? product / size : 0
    }

    /// Ranks from 1; equal values share the mean of theirs.
    static func ranks(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { values[$0] < values[$1] }
        var ranks = [Double](repeating: 0, count: values.count)
        var start = 0
        while start < order.count {
            var end = start
            while end + 1 < order.count, values[order[end + 1]] == values[order[start]] { end += 1 }
            for place in start...end { ranks[order[place]] = Double(start + end) / 2 + 1 }
            start = end + 1
        }
        return ranks
    }
}
