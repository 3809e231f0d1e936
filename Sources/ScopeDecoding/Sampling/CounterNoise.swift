#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Noise that is a function of (seed, token index, token id) and of nothing else.
///
/// So a draw does not depend on batching, on threads or on what was drawn before, and two branches
/// of one text share their noise.
package struct CounterNoise: Sendable {
    package let seed: UInt64

    package init(seed: UInt64) {
        self.seed = seed
    }

    /// A standard Gumbel variate: the arg-max of log-probability plus this noise is a draw from the
    /// distribution (Gumbel, 1954; Maddison et al., 2014).
    package func gumbel(index: Int, id: Int) -> Double {
        -log(-log(uniform(index: index, id: id)))
    }

    /// A number strictly between 0 and 1, on a grid of 2⁻⁵³ shifted by half a step.
    package func uniform(index: Int, id: Int) -> Double {
        var state = Self.mix(seed &+ 0x9e37_79b9_7f4a_7c15)
        state = Self.mix(state ^ UInt64(truncatingIfNeeded: index) &* 0xd134_2543_de82_ef95)
        state = Self.mix(state ^ UInt64(truncatingIfNeeded: id) &* 0xaf25_1af3_b0f0_25b5)
        return (Double(state >> 11) + 0.5) * 0x1p-53
    }

    /// A standard normal variate (Box and Muller, 1958).
    package func normal(index: Int, id: Int) -> Double {
        let radius = (-2 * log(uniform(index: index, id: 2 * id))).squareRoot()
        return radius * cos(2 * Double.pi * uniform(index: index, id: 2 * id + 1))
    }

    /// An order of the numbers from 0 up, every one as likely as any other.
    package func order(index: Int, count: Int) -> [Int] {
        let keys = (0..<count).map { uniform(index: index, id: $0) }
        return keys.indices.sorted { keys[$0] < keys[$1] }
    }

    /// The `number`-th output, from 1, of SplitMix64 started at `seed`.
    static func splitMix(seed: UInt64, number: Int) -> UInt64 {
        mix(seed &+ UInt64(truncatingIfNeeded: number - 1) &* 0x9e37_79b9_7f4a_7c15)
    }

    /// SplitMix64's finaliser (Steele et al., 2014): every bit of the result depends on every bit of
    /// the argument plus the generator's step.
    private static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value &+ 0x9e37_79b9_7f4a_7c15
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
