import TokenScope

extension SuspicionBenchmark {
    /// A measure with its interval.
    static func cell(_ interval: MeasureInterval?) -> String {
        guard let interval else { return "–" }
        return "\(digits(interval.value, 3)) (\(digits(interval.lower, 3)) to "
            + "\(digits(interval.upper, 3)))"
    }

    /// A share in percent.
    static func percent(_ share: Double) -> String { digits(100 * share, 1) + " %" }

    /// A number with a fixed count of digits behind the point.
    static func digits(_ value: Double, _ count: Int) -> String {
        guard value.isFinite else { return "–" }
        let scale = (0..<count).reduce(1.0) { scale, _ in scale * 10 }
        let whole = Int((value.magnitude * scale).rounded())
        let rest = String(whole % Int(scale))
        return (value < 0 && whole > 0 ? "−" : "") + "\(whole / Int(scale))."
            + String(repeating: "0", count: count - rest.count) + rest
    }
}
