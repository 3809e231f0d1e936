/// How well a number tells two groups apart by its order alone.
public enum RankCurve {
    /// The area under the ROC curve: the probability that a value of the first group is greater than one
    /// of the second, where equal values count half (Hanley and McNeil, 1982).
    ///
    /// - Parameters:
    ///   - positives: The values of the group that great values are expected of; infinities are fine.
    ///   - negatives: The values of the other group.
    /// - Returns: From 0 to 1, 0.5 for a number that says nothing; nil where a group is empty.
    /// - Complexity: O(*n* log *n*).
    public static func area(positives: [Double], negatives: [Double]) -> Double? {
        guard !positives.isEmpty, !negatives.isEmpty else { return nil }
        let positives = positives.sorted()
        let negatives = negatives.sorted()
        var (below, equal) = (0, 0)
        var (less, lessOrEqual) = (0, 0)
        for value in positives {
            while less < negatives.count, negatives[less] < value { less += 1 }
            while lessOrEqual < negatives.count, negatives[lessOrEqual] <= value {
                lessOrEqual += 1
            }
            below += less
            equal += lessOrEqual - less
        }
        // Pairs are whole numbers, so the only rounding is that of the quotient.
        return (Double(below) + Double(equal) / 2)
            / (Double(positives.count) * Double(negatives.count))
    }
}
