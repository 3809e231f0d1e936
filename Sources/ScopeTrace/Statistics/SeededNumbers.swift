/// Numbers that look random and depend on a seed alone: SplitMix64 (Steele, Lea and Flood, 2014).
public struct SeededNumbers: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Begins a sequence.
    ///
    /// - Parameter seed: Any number; equal seeds give equal sequences.
    public init(seed: UInt64) { state = seed }

    /// Begins one of the sequences of a seed, of which none tells anything about another.
    ///
    /// - Parameters:
    ///   - seed: Any number.
    ///   - stream: Which sequence.
    public init(seed: UInt64, stream: Int) {
        state =
            Self.mix(seed &+ 0x9E37_79B9_7F4A_7C15)
            ^ Self.mix(UInt64(truncatingIfNeeded: stream) &* 0xD134_2543_DE82_EF95 &+ 1)
    }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mix(state)
    }

    /// A whole number below a bound, of which every one is as likely but for a part in 2⁶⁴ / bound.
    ///
    /// - Parameter bound: Above 0.
    /// - Returns: A number from 0 to `bound − 1`.
    public mutating func below(_ bound: Int) -> Int {
        precondition(bound > 0, "a bound is above 0")
        return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// About a standard normal number: the sum of twelve uniform ones less six, which needs no function
    /// whose last bit differs between machines.
    ///
    /// - Returns: A number from −6 to 6.
    public mutating func normal() -> Double {
        var sum = -6.0
        for _ in 0..<12 { sum += Double(next() >> 11) * 0x1p-53 }
        return sum
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
