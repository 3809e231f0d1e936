/// What tests said of the samples of a data set, beside what was measured while they were written.
public struct OutcomeReport: Hashable, Sendable {
    /// How the report is drawn up.
    public struct Options: Hashable, Sendable {
        /// The numbers of samples that may be tried, for ``OutcomeReport/passRates``.
        public var tries: [Int]
        /// The metric that is taken for the probability that a sample passes.
        public var confidence: String
        /// The number of bins of the calibration.
        public var binCount: Int
        /// How often tasks are drawn again for each interval.
        public var replicates: Int
        /// The share of the differences that an interval holds.
        public var level: Double
        /// What determines the draws.
        public var seed: UInt64

        /// Makes options.
        public init(
            tries: [Int] = [1, 10, 100], confidence: String = "confidence", binCount: Int = 10,
            replicates: Int = 1000, level: Double = 0.95, seed: UInt64 = 0
        ) {
            self.tries = tries
            self.confidence = confidence
            self.binCount = binCount
            self.replicates = replicates
            self.level = level
            self.seed = seed
        }
    }

    /// The pass rate with some tries.
    public struct Rate: Hashable, Sendable {
        /// How many samples may be tried.
        public let tries: Int
        /// The mean over all tasks of ``PassRate/estimate(samples:passing:k:)``.
        public let rate: Double
    }

    /// A category of syntax.
    public struct Category: Hashable, Sendable {
        /// Its name.
        public let name: String
        /// Its metrics, by name.
        public let differences: [OutcomeDifference]
    }

    /// How the report was drawn up.
    public let options: Options
    /// How many tasks there are.
    public let taskCount: Int
    /// How many samples there are.
    public let sampleCount: Int
    /// How many of them pass.
    public let passingCount: Int
    /// The pass rates; those with more tries than a task has samples are left out.
    public let passRates: [Rate]
    /// Each metric, by name.
    public let differences: [OutcomeDifference]
    /// Each category of syntax, by name; empty where no sample was folded.
    public let categories: [Category]
    /// Whether ``Options/confidence`` says how often samples pass; nil where it is no probability of every
    /// sample.
    public let calibration: Calibration?

    /// Draws up the report.
    ///
    /// - Parameters:
    ///   - samples: The samples.
    ///   - options: How.
    /// - Complexity: O(metrics × categories × (samples + replicates × tasks)).
    public init(of samples: [OutcomeSample], options: Options = Options()) {
        self.options = options
        sampleCount = samples.count
        passingCount = samples.count(where: \.isPassing)
        let tasks = Dictionary(grouping: samples, by: \.task).sorted { $0.key < $1.key }.map {
            (samples: $0.value.count, passing: $0.value.count(where: \.isPassing))
        }
        taskCount = tasks.count
        passRates = options.tries.compactMap { tries in
            PassRate.mean(of: tasks, k: tries).map { Rate(tries: tries, rate: $0) }
        }
        func difference(
            _ metric: String, _ total: (OutcomeSample) -> OutcomeSample.Total?
        ) -> OutcomeDifference {
            OutcomeDifference(
                of: metric, in: samples, replicates: options.replicates, level: options.level,
                seed: options.seed, total: total)
        }
        differences = Set(samples.flatMap(\.values.keys)).sorted().map { metric in
            difference(metric) { $0.values[metric].map { OutcomeSample.Total(sum: $0) } }
        }
        var metrics: [String: Set<String>] = [:]
        for sample in samples {
            for (category, totals) in sample.categories {
                metrics[category, default: []].formUnion(totals.keys)
            }
        }
        categories = metrics.sorted { $0.key < $1.key }.map { category, names in
            Category(
                name: category,
                differences: names.sorted().map { metric in
                    difference(metric) { $0.categories[category]?[metric] }
                })
        }
        let confidences = samples.compactMap { $0.values[options.confidence] }
        let isProbability =
            confidences.count == samples.count && confidences.allSatisfy { (0...1).contains($0) }
        calibration =
            isProbability
            ? Calibration(
                probabilities: confidences, outcomes: samples.map(\.isPassing),
                binCount: options.binCount) : nil
    }
}
