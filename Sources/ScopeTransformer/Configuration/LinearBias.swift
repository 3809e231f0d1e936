#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A bias on attention scores that falls linearly with distance (ALiBi, arXiv 2108.12409).
public struct LinearBias: Equatable, Sendable {
    /// The bias a position of distance, one a query head.
    public var slopes: [Double]
    /// The factor on biases.
    public var scale: Double
    /// Whether slope and bias are rounded to bfloat16 before the factor, as in Falcon.
    ///
    /// The bias is then that of the key's position, not of its distance.
    public var roundsToBFloat16: Bool

    /// Creates a bias from its slopes.
    public init(slopes: [Double], scale: Double = 1, roundsToBFloat16: Bool = false) {
        self.slopes = slopes
        self.scale = scale
        self.roundsToBFloat16 = roundsToBFloat16
    }

    /// The paper's slopes: a geometric series, with every second one of the finer series behind
    /// it where the number of heads is no power of two.
    ///
    /// - Parameter heads: The number of query heads.
    /// - Returns: One slope a head.
    public static func slopes(heads: Int) -> [Double] {
        var power = 1
        while 2 * power <= heads { power *= 2 }
        let coarse = (1...power).map { exp2(-8 * Double($0) / Double(power)) }
        let fine = (0..<heads - power).map { exp2(-4 * Double(2 * $0 + 1) / Double(power)) }
        return coarse + fine
    }

    /// MPT's slopes: the series of the next power of two, its odd members first.
    ///
    /// - Parameters:
    ///   - heads: The number of query heads.
    ///   - largest: The exponent of the smallest slope, `alibi_bias_max`.
    /// - Returns: One slope a head.
    public static func slopes(heads: Int, largestExponent largest: Double) -> [Double] {
        var power = 1
        while power < heads { power *= 2 }
        let series = (1...power).map { exp2(-Double($0) * largest / Double(power)) }
        guard power != heads else { return series }
        let odd = stride(from: 1, to: power, by: 2).map { series[$0] }
        let even = stride(from: 0, to: power, by: 2).map { series[$0] }
        return Array((odd + even)[..<heads])
    }

    /// The rounded bias of the key at `position`.
    func value(head: Int, position: Int) -> Double {
        let slope = Self.roundedToBFloat16(Float(slopes[head]))
        return scale * Double(Self.roundedToBFloat16(slope * Float(position)))
    }

    private static func roundedToBFloat16(_ value: Float) -> Float {
        let bits = value.bitPattern
        // To the nearest, ties to even, on the upper half of the bits.
        let rounded = bits &+ 0x7FFF &+ (bits >> 16 & 1)
        return Float(bitPattern: rounded & 0xFFFF_0000)
    }
}
