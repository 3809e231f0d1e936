import TokenScope

extension MetricKey where Value == Int {
    static let streak = MetricKey("mine.streak", unit: .count)
}
