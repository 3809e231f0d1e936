#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension Double {
    /// e to the power of a number.
    static func exponential(_ exponent: Double) -> Double { exp(exponent) }

    /// The natural logarithm.
    static func logarithm(_ number: Double) -> Double { log(number) }
}
