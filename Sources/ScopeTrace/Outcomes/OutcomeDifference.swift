/// A metric of the samples that pass against those that fail.
public struct OutcomeDifference: Hashable, Sendable {
    /// The metric's name.
    public let metric: String
    /// How many samples that pass have a value.
    public let passingCount: Int
    /// How many samples that fail have a value.
    public let failingCount: Int
    /// The mean over those that pass; nil where there are none.
    public let passingMean: Double?
    /// The mean over those that fail; nil where there are none.
    public let failingMean: Double?
    /// The mean of the failing less that of the passing; nil where either is missing.
    public let difference: Double?
    /// Where the difference lies when the tasks are drawn again; nil where there is none, or where drawing
    /// again hardly ever gives both groups.
    public let interval: BootstrapInterval?
    /// The area under the ROC curve of the metric as a predictor of failure; nil where a group is empty.
    public let area: Double?

    /// Compares the groups.
    ///
    /// The interval comes from drawing whole tasks with replacement, as many as there are: samples of one
    /// task resemble each other, and drawing them apart would make it too narrow.
    ///
    /// - Parameters:
    ///   - metric: The metric's name.
    ///   - samples: The samples.
    ///   - replicates: How often the tasks are drawn again; 0 for no interval.
    ///   - level: The share of the differences that the interval holds.
    ///   - seed: What determines the draws.
    ///   - total: The metric of a sample; nil where it has none.
    /// - Complexity: O(*n* log *n* + replicates × tasks).
    public init(
        of metric: String, in samples: [OutcomeSample], replicates: Int = 1000,
        level: Double = 0.95, seed: UInt64 = 0,
        total: (OutcomeSample) -> OutcomeSample.Total?
    ) {
        precondition(level > 0 && level < 1, "a level is between 0 and 1")
        self.metric = metric
        var tasks: [String: Int] = [:]
        var groups: [Groups] = []
        var (passing, failing): ([Double], [Double]) = ([], [])
        for sample in samples {
            guard let total = total(sample), total.weight > 0 else { continue }
            let place = tasks[sample.task] ?? groups.count
            if place == groups.count {
                tasks[sample.task] = place
                groups.append(Groups())
            }
            groups[place].add(total, isPassing: sample.isPassing)
            let mean = total.sum / total.weight
            if sample.isPassing { passing.append(mean) } else { failing.append(mean) }
        }
        var whole = Groups()
        for group in groups { whole.add(group) }
        (passingCount, failingCount) = (passing.count, failing.count)
        (passingMean, failingMean) = (whole.passing.mean, whole.failing.mean)
        difference = whole.difference
        area = RankCurve.area(positives: failing, negatives: passing)
        interval =
            whole.difference == nil || replicates < 2
            ? nil : Self.interval(of: groups, replicates: replicates, level: level, seed: seed)
    }

    private static func interval(
        of groups: [Groups], replicates: Int, level: Double, seed: UInt64
    ) -> BootstrapInterval? {
        BootstrapInterval(
            groups: groups.count, replicates: replicates, level: level,
            by: SeededNumbers(seed: seed, stream: 0)
        ) { counts in
            var again = Groups()
            for (group, count) in zip(groups, counts) where count > 0 {
                again.add(group, times: Double(count))
            }
            return again.difference
        }
    }
}

/// Sums of what passes and of what fails.
private struct Groups {
    struct Sum {
        var weight = 0.0
        var sum = 0.0

        var mean: Double? { weight > 0 ? sum / weight : nil }
    }

    var passing = Sum()
    var failing = Sum()

    var difference: Double? {
        guard let passing = passing.mean, let failing = failing.mean else { return nil }
        return failing - passing
    }

    mutating func add(_ total: OutcomeSample.Total, isPassing: Bool) {
        if isPassing {
            passing.weight += total.weight
            passing.sum += total.sum
        } else {
            failing.weight += total.weight
            failing.sum += total.sum
        }
    }

    mutating func add(_ other: Groups, times: Double = 1) {
        passing.weight += times * other.passing.weight
        passing.sum += times * other.passing.sum
        failing.weight += times * other.failing.weight
        failing.sum += times * other.failing.sum
    }
}
