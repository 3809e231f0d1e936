/// Numbers for people: a fixed number of digits after the point, without Foundation.
enum DecimalText {
    /// The number rounded to the given digits, half away from zero.
    static func fixed(_ value: Double, digits: Int) -> String {
        guard value.isFinite else { return value < 0 ? "-∞" : value > 0 ? "∞" : "–" }
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = value.magnitude * scale + 0.5
        guard scaled < 9e15 else { return value.description }
        let units = Int(scaled)
        let sign = value < 0 && units > 0 ? "-" : ""
        guard digits > 0 else { return sign + String(units) }
        let text = String(units)
        let padded = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
        return sign + padded.dropLast(digits) + "." + padded.suffix(digits)
    }

    /// The number with up to the given digits, without zeros at the end.
    static func short(_ value: Double, digits: Int) -> String {
        var text = Substring(fixed(value, digits: digits))
        guard value.isFinite, text.contains("."), !text.contains("e") else { return String(text) }
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return String(text)
    }

    /// The number with up to three digits after the point, or as many as show three that count.
    static func significant(_ value: Double) -> String {
        let magnitude = value.magnitude
        guard magnitude < 0.1, magnitude > 0 else { return short(value, digits: 3) }
        var (digits, scaled) = (2, magnitude)
        while scaled < 1 {
            scaled *= 10
            digits += 1
        }
        if digits <= 9 { return short(value, digits: digits) }
        return (value < 0 ? "-" : "") + short(scaled, digits: 2) + "e-\(digits - 2)"
    }

    /// The natural logarithm of a positive number, to about ten digits.
    ///
    /// The standard library has none; colours need no more.
    static func logarithm(_ value: Double) -> Double {
        guard value > 0, value.isFinite else { return value > 0 ? .infinity : -.infinity }
        // ln m = 2 artanh((m - 1) / (m + 1)) for a significand m from 1 to 2.
        let z = (value.significand - 1) / (value.significand + 1)
        var term = z
        var sum = 0.0
        for power in stride(from: 1.0, through: 21, by: 2) {
            sum += term / power
            term *= z * z
        }
        return 2 * sum + Double(value.exponent) * 0.693_147_180_559_945_3
    }
}
