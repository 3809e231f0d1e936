internal import ScopeTrace

/// Cases that a detector scored, with what they are, in groups that belong together.
///
/// For measuring a detector: cases of one file are not independent of each other, so intervals come from
/// drawing whole groups again.
public struct DetectionScores: Sendable {
    /// One case.
    public struct Case: Hashable, Sendable {
        /// The detector's score; more is more suspicious.
        public var score: Double
        /// Whether the case is one that should be found.
        public var isPositive: Bool
        /// The group, such as the number of the file.
        public var group: Int

        /// Makes a case.
        public init(score: Double, isPositive: Bool, group: Int) {
            self.score = score
            self.isPositive = isPositive
            self.group = group
        }
    }

    /// The cases.
    public let cases: [Case]
    private let curve: RankCurve

    /// Takes cases.
    ///
    /// - Parameter cases: The cases, whose scores are not NaN.
    /// - Complexity: O(*n* log *n*).
    public init(_ cases: [Case]) {
        self.cases = cases
        curve = RankCurve(values: cases.map(\.score), isPositive: cases.map(\.isPositive))
    }

    /// The area under the receiver operating characteristic; see `RankCurve`.
    ///
    /// - Parameter multiplicities: How often each group counts; nil for once.
    /// - Returns: The area; nil without both kinds of cases.
    /// - Complexity: O(*n*).
    public func area(multiplicities: [Int]? = nil) -> Double? {
        guard let multiplicities else { return curve.area() }
        return curve.area { Double(multiplicities[cases[$0].group]) }
    }

    /// The share of positive cases with at least a score, and that of negative ones.
    ///
    /// - Parameter limit: The least score that counts as found.
    /// - Returns: Recall and false alarms, each a share.
    public func rates(at limit: Double) -> (found: Double, falseAlarms: Double) {
        let positives = cases.filter(\.isPositive)
        let negatives = cases.filter { !$0.isPositive }
        func share(_ list: [Case]) -> Double {
            Double(list.count { $0.score >= limit }) / Double(max(1, list.count))
        }
        return (share(positives), share(negatives))
    }

    /// The least score that at most a share of the negative cases reaches.
    ///
    /// - Parameter share: The share of false alarms, from 0 to 1.
    /// - Returns: The score; infinite where no score will do.
    public func limit(forFalseAlarms share: Double) -> Double {
        let negatives = cases.filter { !$0.isPositive }.map(\.score).sorted(by: >)
        let allowed = Int(share * Double(negatives.count))
        guard allowed < negatives.count else { return -.infinity }
        return negatives[allowed].nextUp
    }
}
