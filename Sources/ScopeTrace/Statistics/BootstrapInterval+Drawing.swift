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

    /// Draws whole groups with replacement, as many as there are, and takes a measure each time.
    ///
    /// Of a handful of groups a draw may leave out what the measure needs: another is made in its place,
    /// ten times as many as there are replicates at most. Nil without groups, where too few draws have a
    /// measure, and where one is infinite.
    ///
    /// - Parameters:
    ///   - groups: The number of groups.
    ///   - replicates: How often is drawn; at least two.
    ///   - level: The share of the values that the interval holds.
    ///   - numbers: What the draws are made with.
    ///   - measure: The measure, given how often each group counts; nil where it has none.
    package init?(
        groups: Int, replicates: Int, level: Double, by numbers: SeededNumbers,
        _ measure: ([Int]) -> Double?
    ) {
        precondition(replicates > 1, "a deviation takes two draws")
        precondition(level > 0 && level < 1, "a level is between 0 and 1")
        var numbers = numbers
        var drawn: [Double] = []
        drawn.reserveCapacity(replicates)
        guard groups > 0 else { return nil }
        for _ in 0..<10 * replicates where drawn.count < replicates {
            var multiplicities = [Int](repeating: 0, count: groups)
            for _ in 0..<groups { multiplicities[numbers.below(groups)] += 1 }
            guard let value = measure(multiplicities) else { continue }
            guard value.isFinite else { return nil }
            drawn.append(value)
        }
        guard drawn.count == replicates else { return nil }
        self.init(of: drawn, level: level)
    }
}
