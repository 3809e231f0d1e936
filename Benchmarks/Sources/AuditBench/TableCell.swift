import TokenScope

/// How numbers look in the tables.
enum TableCell {
    /// A measure with its interval.
    static func cell(_ estimate: BootstrapEstimate?, digits count: Int = 3) -> String {
        guard let estimate else { return "–" }
        let value = digits(estimate.value, count)
        guard let interval = estimate.interval else { return value }
        return "\(value) (\(digits(interval.lower, count)) to \(digits(interval.upper, count)))"
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

    /// The interval of 95 % of a share (Wilson, 1927).
    static func wilson(_ hits: Int, of count: Int) -> (Double, Double) {
        guard count > 0 else { return (0, 1) }
        let (n, z) = (Double(count), 1.959964)
        let share = Double(hits) / n
        let middle = share + z * z / (2 * n)
        let spread = z * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
        let scale = 1 + z * z / n
        return (max(0, (middle - spread) / scale), min(1, (middle + spread) / scale))
    }
}
