/// Whether things that were given a probability come true as often as it says.
public struct Calibration: Hashable, Sendable {
    /// Those whose probability lies in one interval.
    public struct Bin: Hashable, Sendable {
        /// The interval's lower end, which belongs to it.
        public let lower: Double
        /// The interval's upper end, which belongs to the last interval only.
        public let upper: Double
        /// How many there are.
        public let count: Int
        /// The mean of their probabilities; nil where there are none.
        public let confidence: Double?
        /// The share of them that came true; nil where there are none.
        public let accuracy: Double?
    }

    /// Intervals of equal width from 0 to 1.
    public let bins: [Bin]
    /// How many probabilities there are.
    public let count: Int
    /// The share of them that came true.
    public let accuracy: Double
    /// The mean over all of |accuracy − confidence| of their bin (Naeini et al., 2015; Guo et al., 2017,
    /// arXiv 1706.04599).
    public let expectedError: Double
    /// The greatest |accuracy − confidence| of a bin.
    public let greatestError: Double
    /// The mean of (probability − outcome)², with outcomes as 1 and 0 (Brier, 1950).
    public let brierScore: Double
    /// Brier's skill, 1 − BS / BS₀, where BS₀ is the score of always saying the share that came true; nil
    /// where all came true, or none.
    public let brierSkill: Double?

    /// Draws up the bins.
    ///
    /// - Parameters:
    ///   - probabilities: Probabilities, from 0 to 1.
    ///   - outcomes: What came true, in the same order.
    ///   - binCount: The number of intervals.
    /// - Complexity: O(*n* + bins).
    public init?(probabilities: [Double], outcomes: [Bool], binCount: Int = 10) {
        precondition(probabilities.count == outcomes.count, "each probability has its outcome")
        precondition(binCount > 0, "a probability lies in a bin")
        guard !probabilities.isEmpty else { return nil }
        precondition(
            probabilities.allSatisfy { (0...1).contains($0) }, "a probability is from 0 to 1")
        var sums = [(count: Int, confidence: Double, true: Int)](
            repeating: (0, 0, 0), count: binCount)
        var squares = 0.0
        for (probability, outcome) in zip(probabilities, outcomes) {
            let place = min(binCount - 1, Int(probability * Double(binCount)))
            sums[place].count += 1
            sums[place].confidence += probability
            if outcome { sums[place].true += 1 }
            let distance = probability - (outcome ? 1 : 0)
            squares += distance * distance
        }
        count = probabilities.count
        brierScore = squares / Double(count)
        accuracy = Double(outcomes.count(where: \.self)) / Double(count)
        let reference = accuracy * (1 - accuracy)
        brierSkill = reference > 0 ? 1 - brierScore / reference : nil
        bins = sums.enumerated().map { place, sum in
            let members = Double(sum.count)
            return Bin(
                lower: Double(place) / Double(binCount),
                upper: Double(place + 1) / Double(binCount), count: sum.count,
                confidence: sum.count > 0 ? sum.confidence / members : nil,
                accuracy: sum.count > 0 ? Double(sum.true) / members : nil)
        }
        var (expected, greatest) = (0.0, 0.0)
        for sum in sums where sum.count > 0 {
            let gap = (Double(sum.true) - sum.confidence).magnitude / Double(sum.count)
            expected += gap * Double(sum.count) / Double(probabilities.count)
            greatest = max(greatest, gap)
        }
        expectedError = expected
        greatestError = greatest
    }
}
