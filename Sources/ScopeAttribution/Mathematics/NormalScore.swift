#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Places among numbers drawn by chance, as standard normal numbers.
enum NormalScore {
    /// The normal quantile of a value's share among draws (van der Waerden, 1952), which goes on by one
    /// for each deviation beyond the most extreme draw.
    static func score(of value: Double, among draws: [Double], deviation: Double) -> Double {
        guard let least = draws.min(), let most = draws.max(), deviation > 0 else { return 0 }
        let below = draws.reduce(0.0) { $0 + ($1 < value ? 1 : $1 == value ? 0.5 : 0) }
        let beyond = value > most ? value - most : value < least ? value - least : 0
        return quantile((below + 0.5) / Double(draws.count + 1)) + beyond / deviation
    }

    /// The number below which a standard normal variate falls with a probability, by Newton's method.
    static func quantile(_ probability: Double) -> Double {
        var x = 0.0
        for _ in 0..<100 {
            let error = erfc(-x / 2.0.squareRoot()) / 2 - probability
            let density = exp(-x * x / 2) / (2 * Double.pi).squareRoot()
            // Far out the tangent would overshoot.
            let step = max(-1, min(1, error / max(density, 1e-300)))
            x -= step
            if abs(step) < 1e-12 { break }
        }
        return x
    }
}
