/// How well a number tells two groups apart by its order alone.
///
/// The values are sorted once; areas under other weights, such as those of cases that are drawn again, take
/// one walk over them each.
public struct RankCurve: Sendable {
    /// The places of the values, by value.
    private let order: [Int]
    /// Of each of `order`: whether its value is that of the one before it.
    private let isTied: [Bool]
    private let isPositive: [Bool]

    /// Sorts values.
    ///
    /// - Parameters:
    ///   - values: The values; infinities are fine, NaN is not.
    ///   - isPositive: Whether each belongs to the group that great values are expected of.
    /// - Complexity: O(*n* log *n*).
    public init(values: [Double], isPositive: [Bool]) {
        precondition(values.count == isPositive.count, "each value belongs to a group")
        precondition(!values.contains(where: \.isNaN), "NaN has no place in an order")
        let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
        self.order = order
        isTied = order.indices.map { $0 > 0 && values[order[$0]] == values[order[$0 - 1]] }
        self.isPositive = isPositive
    }

    /// The area under the ROC curve: the probability that a value of the first group is greater than one
    /// of the second, where equal values count half (Hanley and McNeil, 1982).
    ///
    /// - Parameter weight: How much the value at a place counts, at least 0; by default each as much.
    /// - Returns: From 0 to 1, 0.5 for a number that says nothing; nil where a group has no weight.
    /// - Complexity: O(*n*).
    public func area(weight: (Int) -> Double = { _ in 1 }) -> Double? {
        var (below, wins, positives) = (0.0, 0.0, 0.0)
        var place = 0
        while place < order.count {
            // Those of equal value. Pairs of whole weights are whole numbers and halves, so the only rounding
            // is that of the quotient.
            var (hits, misses) = (0.0, 0.0)
            repeat {
                let weight = weight(order[place])
                if isPositive[order[place]] { hits += weight } else { misses += weight }
                place += 1
            } while place < order.count && isTied[place]
            wins += hits * (below + misses / 2)
            below += misses
            positives += hits
        }
        return positives > 0 && below > 0 ? wins / (positives * below) : nil
    }

    /// The area under the ROC curve of two groups; see ``area(weight:)``.
    ///
    /// - Parameters:
    ///   - positives: The values of the group that great values are expected of; infinities are fine.
    ///   - negatives: The values of the other group.
    /// - Returns: From 0 to 1, 0.5 for a number that says nothing; nil where a group is empty.
    /// - Complexity: O(*n* log *n*).
    public static func area(positives: [Double], negatives: [Double]) -> Double? {
        RankCurve(
            values: positives + negatives,
            isPositive: positives.map { _ in true } + negatives.map { _ in false }
        ).area()
    }
}
