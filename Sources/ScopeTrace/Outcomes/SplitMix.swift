/// Steele, Lea and Flood's generator (2014): a counter and a mixing function.
package struct SplitMix {
    private var state: UInt64

    package init(seed: UInt64, stream: Int) {
        state =
            Self.mix(seed &+ 0x9E37_79B9_7F4A_7C15)
            ^ Self.mix(UInt64(truncatingIfNeeded: stream) &* 0xD134_2543_DE82_EF95 &+ 1)
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mix(state)
    }

    package mutating func index(below count: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(count)).high)
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
