/// How likely it is that one of `k` samples of a task passes its tests.
public enum PassRate {
    /// The unbiased estimate from `count` samples of which `passing` pass: 1 − C(*n* − *c*, *k*) / C(*n*, *k*)
    /// (Chen et al., 2021, arXiv 2107.03374, equation 1).
    ///
    /// - Parameters:
    ///   - count: The samples of the task, *n*.
    ///   - passing: Those that pass, *c*.
    ///   - k: How many may be tried; at least 1.
    /// - Returns: The estimate, from 0 to 1; nil where there are fewer than `k` samples.
    /// - Complexity: O(*c*).
    public static func estimate(samples count: Int, passing: Int, k: Int) -> Double? {
        precondition((0...max(0, count)).contains(passing), "as many pass as there are at most")
        precondition(k > 0, "at least one sample is tried")
        guard count >= k else { return nil }
        if count - passing < k { return 1 }
        // The quotient of the binomials as a product, which overflows for no number of samples.
        var failing = 1.0
        for number in count - passing + 1..<count + 1 { failing *= 1 - Double(k) / Double(number) }
        return 1 - failing
    }

    /// The mean of the estimates of several tasks.
    ///
    /// - Parameters:
    ///   - tasks: The samples of each task and how many of them pass.
    ///   - k: How many may be tried; at least 1.
    /// - Returns: The mean; nil without tasks, and where a task has fewer than `k` samples, as its estimate
    ///   would be missing from the mean.
    public static func mean(of tasks: [(samples: Int, passing: Int)], k: Int) -> Double? {
        var sum = 0.0
        for task in tasks {
            guard let rate = estimate(samples: task.samples, passing: task.passing, k: k) else {
                return nil
            }
            sum += rate
        }
        return tasks.isEmpty ? nil : sum / Double(tasks.count)
    }
}
