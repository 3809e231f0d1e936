#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// How much of a sum its parts account for, by how near each comes to the whole: `max(0, ‖z‖₁ − ‖z − p‖₁)` for
/// a part `p` of `z` (Ferrando and Voita, 2024).
enum Proximity {
    /// The sum of magnitudes.
    static func length(of vector: [Double]) -> Double {
        vector.reduce(0) { $0 + abs($1) }
    }

    /// A part's nearness to the whole, whose length is given.
    static func of(_ part: [Double], to whole: [Double], length: Double) -> Double {
        var distance = 0.0
        for place in whole.indices { distance += abs(whole[place] - part[place]) }
        return max(0, length - distance)
    }

    /// Nearnesses divided by their sum; all 0 where it is.
    static func shares(_ nearnesses: [Double]) -> [Double] {
        let sum = nearnesses.reduce(0, +)
        return sum > 0 ? nearnesses.map { $0 / sum } : nearnesses
    }
}
