/// What was measured of one sample of a task, and whether it passed the task's tests.
public struct OutcomeSample: Hashable, Sendable {
    /// A sum of values with the weight they have together.
    public struct Total: Hashable, Sendable {
        /// Σ share.
        public var weight: Double
        /// Σ share · value.
        public var sum: Double

        /// Makes a total; by default of one value.
        public init(weight: Double = 1, sum: Double) {
            self.weight = weight
            self.sum = sum
        }
    }

    /// The task: samples of one task are not independent of each other.
    public var task: String
    /// Whether it passed.
    public var isPassing: Bool
    /// Its metrics by name, such as means over what was written; all finite.
    public var values: [String: Double]
    /// Its metrics over each category of syntax: by category, then by metric; all finite.
    public var categories: [String: [String: Total]]

    /// Makes a sample.
    public init(
        task: String, isPassing: Bool, values: [String: Double],
        categories: [String: [String: Total]] = [:]
    ) {
        self.task = task
        self.isPassing = isPassing
        self.values = values
        self.categories = categories
    }
}
