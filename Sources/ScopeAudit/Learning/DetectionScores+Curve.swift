extension DetectionScores {
    /// A point of the receiver operating characteristic.
    public struct Rates: Hashable, Sendable {
        /// The least score that counts as found; infinite where none does.
        public var limit: Double
        /// The share of positive cases with at least that score.
        public var found: Double
        /// The share of negative cases with at least that score.
        public var falseAlarms: Double

        /// Makes a point.
        public init(limit: Double, found: Double, falseAlarms: Double) {
            self.limit = limit
            self.found = found
            self.falseAlarms = falseAlarms
        }
    }

    /// The receiver operating characteristic: the rates at every limit where one of them changes.
    ///
    /// - Returns: From nothing found to all found, a point for each different score and one before them;
    ///   empty without both kinds of cases.
    /// - Complexity: O(*n* log *n*).
    public func rocCurve() -> [Rates] {
        let positives = Double(cases.count(where: \.isPositive))
        let negatives = Double(cases.count) - positives
        guard positives > 0, negatives > 0 else { return [] }
        var points = [Rates(limit: .infinity, found: 0, falseAlarms: 0)]
        var (found, falseAlarms) = (0.0, 0.0)
        for one in cases.sorted(by: { $0.score > $1.score }) {
            if one.isPositive { found += 1 } else { falseAlarms += 1 }
            let point = Rates(
                limit: one.score, found: found / positives, falseAlarms: falseAlarms / negatives)
            // Equal scores are one point.
            if points[points.count - 1].limit == one.score {
                points[points.count - 1] = point
            } else {
                points.append(point)
            }
        }
        return points
    }
}
