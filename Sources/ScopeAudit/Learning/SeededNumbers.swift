/// Numbers that look random and depend on a seed alone: SplitMix64 (Steele, Lea and Flood, 2014).
public struct SeededNumbers: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Begins a sequence.
    ///
    /// - Parameter seed: Any number; equal seeds give equal sequences.
    public init(seed: UInt64) { state = seed }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A whole number below a bound, of which every one is as likely but for a part in 2⁶⁴ / bound.
    ///
    /// - Parameter bound: Above 0.
    /// - Returns: A number from 0 to `bound − 1`.
    public mutating func below(_ bound: Int) -> Int {
        precondition(bound > 0, "a bound is above 0")
        return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }
}
