/// The natural logarithm and its inverse without a C library, which this module does without.
///
/// Only additions, multiplications and divisions, so the results have the same bits everywhere; they
/// are within a few units in the last place.
package enum ElementaryFunctions {
    // ln 2 in two parts: products of the first with a whole number of 11 bits are exact.
    private static let logOfTwoHigh = 0x1.62e42feep-1
    private static let logOfTwoLow = 0x1.a39ef35793c76p-33

    /// The natural logarithm of a number of at least 0.
    package static func log(_ value: Double) -> Double {
        guard value > 0 else { return -.infinity }
        guard value.isFinite else { return value }
        var significand = value.significand
        var exponent = Double(value.exponent)
        if significand > 1.4142135623730951 {
            significand /= 2
            exponent += 1
        }
        // ln m = 2 artanh((m − 1) / (m + 1)), whose series converges fast for m near 1.
        let ratio = (significand - 1) / (significand + 1)
        let square = ratio * ratio
        var series = 0.0
        for odd in stride(from: 25.0, through: 3, by: -2) { series = (series + 1 / odd) * square }
        return exponent * logOfTwoHigh + (2 * ratio * (1 + series) + exponent * logOfTwoLow)
    }

    /// e to a power that is a number or an infinity.
    package static func exp(_ power: Double) -> Double {
        if power > 710 { return .infinity }
        if power < -746 { return 0 }
        let exponent = (power / (logOfTwoHigh + logOfTwoLow)).rounded()
        let rest = power - exponent * logOfTwoHigh - exponent * logOfTwoLow
        var series = 1.0
        for divisor in stride(from: 16.0, through: 1, by: -1) {
            series = 1 + series * rest / divisor
        }
        return Double(sign: .plus, exponent: Int(exponent), significand: series)
    }
}
