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
    /// The places of the cases by score, and where equal scores end.
    private let order: [Int]
    let groupCount: Int

    /// Takes cases.
    ///
    /// - Parameter cases: The cases, whose scores are not NaN.
    /// - Complexity: O(*n* log *n*).
    public init(_ cases: [Case]) {
        self.cases = cases
        order = cases.indices.sorted { (cases[$0].score, $0) < (cases[$1].score, $1) }
        groupCount = (cases.map(\.group).max() ?? -1) + 1
    }

    /// The area under the receiver operating characteristic: the probability that a positive case has a
    /// higher score than a negative one, ties counted half (Hanley and McNeil, 1982).
    ///
    /// - Parameter multiplicities: How often each group counts; nil for once.
    /// - Returns: The area; nil without both kinds of cases.
    /// - Complexity: O(*n*).
    public func area(multiplicities: [Int]? = nil) -> Double? {
        var (below, wins, positives) = (0.0, 0.0, 0.0)
        var place = 0
        while place < order.count {
            let score = cases[order[place]].score
            var (hits, misses) = (0.0, 0.0)
            while place < order.count, cases[order[place]].score == score {
                let one = cases[order[place]]
                let weight = Double(multiplicities?[one.group] ?? 1)
                if one.isPositive { hits += weight } else { misses += weight }
                place += 1
            }
            wins += hits * (below + misses / 2)
            below += misses
            positives += hits
        }
        return positives > 0 && below > 0 ? wins / (positives * below) : nil
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

/// A range that a measure falls into when whole groups of cases are drawn again.
public struct MeasureInterval: Hashable, Codable, Sendable {
    /// The measure of all cases.
    public var value: Double
    /// The 2.5th percentile of the replicates.
    public var lower: Double
    /// The 97.5th percentile of the replicates.
    public var upper: Double

    /// Makes an interval.
    public init(value: Double, lower: Double, upper: Double) {
        self.value = value
        self.lower = lower
        self.upper = upper
    }

    /// Draws groups with replacement, as many as there are, and takes the measure each time (Efron, 1979,
    /// the percentile interval).
    ///
    /// - Parameters:
    ///   - groups: The number of groups.
    ///   - replicates: How often is drawn.
    ///   - seed: What the draws depend on.
    ///   - measure: The measure, given how often each group counts; nil where it has none.
    /// - Returns: The interval; nil where the measure of all cases has no value.
    public static func bootstrap(
        groups: Int, replicates: Int = 1000, seed: UInt64 = 1, _ measure: ([Int]) -> Double?
    ) -> MeasureInterval? {
        guard let value = measure([Int](repeating: 1, count: groups)) else { return nil }
        var numbers = SeededNumbers(seed: seed)
        var drawn: [Double] = []
        for _ in 0..<replicates {
            var multiplicities = [Int](repeating: 0, count: groups)
            for _ in 0..<groups { multiplicities[numbers.below(groups)] += 1 }
            if let value = measure(multiplicities) { drawn.append(value) }
        }
        drawn.sort()
        guard !drawn.isEmpty else {
            return MeasureInterval(value: value, lower: value, upper: value)
        }
        let lower = drawn[Int(0.025 * Double(drawn.count - 1))]
        let upper = drawn[Int((0.975 * Double(drawn.count - 1)).rounded(.up))]
        return MeasureInterval(value: value, lower: lower, upper: upper)
    }
}
