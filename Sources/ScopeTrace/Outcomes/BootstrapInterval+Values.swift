extension BootstrapInterval {
    /// The interval of values that were drawn, such as means.
    ///
    /// - Parameters:
    ///   - drawn: The values, finite and at least two.
    ///   - level: The share of them that the interval holds.
    package init(of drawn: [Double], level: Double) {
        let sorted = drawn.sorted()
        let mean = sorted.reduce(0, +) / Double(sorted.count)
        let squares = sorted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let tail = (1 - level) / 2
        self.init(
            replicates: sorted.count, minimum: sorted[0],
            lower: Self.quantile(tail, of: sorted), median: Self.quantile(0.5, of: sorted),
            mean: mean, upper: Self.quantile(1 - tail, of: sorted),
            maximum: sorted[sorted.count - 1],
            deviation: (squares / Double(sorted.count - 1)).squareRoot())
    }

    /// Between the two values next to it, in proportion.
    package static func quantile(_ q: Double, of sorted: [Double]) -> Double {
        let place = q * Double(sorted.count - 1)
        let low = Int(place)
        let high = min(low + 1, sorted.count - 1)
        return sorted[low] + (place - Double(low)) * (sorted[high] - sorted[low])
    }
}
