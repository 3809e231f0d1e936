import TokenScope

extension MetricKey where Value == Int {
    static let streak = MetricKey("mine.streak", unit: .count)
}

extension MetricKey where Value == Double {
    static let longestStreak = MetricKey("mine.longest_streak", unit: .count)
}

/// For how many tokens in a row the model's favourite was taken.
struct StreakObserver: DecodingObserver, Equatable {
    private var streak = 0
    private var longest = 0

    mutating func observe(_ step: borrowing DecodingStep, record: inout TokenMetrics) {
        guard let distribution = step.distribution else { return }
        let isFavourite = distribution.rank(of: step.token.id) == 1
        streak = isFavourite ? streak + 1 : 0
        longest = max(longest, streak)
        record[.streak] = streak
    }

    func summary() -> TraceSummary {
        var summary = TraceSummary()
        summary[.longestStreak] = Double(longest)
        return summary
    }
}
