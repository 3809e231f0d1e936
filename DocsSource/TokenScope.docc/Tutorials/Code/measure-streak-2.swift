import TokenScope

extension MetricKey where Value == Int {
    static let streak = MetricKey("mine.streak", unit: .count)
}

/// For how many tokens in a row the model's favourite was taken.
struct StreakObserver: DecodingObserver {
    mutating func observe(_ step: borrowing DecodingStep, record: inout TokenMetrics) {
        guard let distribution = step.distribution else { return }
        let isFavourite = distribution.rank(of: step.token.id) == 1
        record[.streak] = isFavourite ? 1 : 0
    }
}
