#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension RotaryConfiguration {
    /// The angle each pair turns by from one position to the next, in radians; `dimension / 2`.
    ///
    /// - Parameter length: The length of the text, which some schemes depend on; see
    ///   ``definingLength(of:)``.
    /// - Returns: One frequency a pair, the fastest first.
    public func frequencies(forLength length: Int) -> [Double] {
        let base = base(forLength: length)
        return (0..<dimension / 2).map { pair in
            let frequency = pow(base, -Double(2 * pair) / Double(dimension))
            return scaled(frequency, pair: pair, length: length)
        }
    }

    private func base(forLength length: Int) -> Double {
        guard case .dynamic(let factor, let original) = scaling, length > original, dimension > 2
        else { return theta }
        let stretch = factor * Double(length) / Double(original) - (factor - 1)
        return theta * pow(stretch, Double(dimension) / Double(dimension - 2))
    }

    private func scaled(_ frequency: Double, pair: Int, length: Int) -> Double {
        switch scaling {
        case .dynamic, .none:
            return frequency
        case .linear(let factor):
            return frequency / factor
        case .llama3(let factor, let low, let high, let original):
            let wavelength = 2 * Double.pi / frequency
            let turns = Double(original) / wavelength
            if turns < low { return frequency / factor }
            if turns > high { return frequency }
            return Self.blend(frequency / factor, frequency, (turns - low) / (high - low))
        case .longrope(let short, let long, let original):
            return frequency / (length > original ? long : short)[pair]
        case .perPair(let divisors):
            return frequency / divisors[pair]
        case .yarn(let factor, let low, let high):
            // A ramp of no width would divide by zero.
            let width = high == low ? 0.001 : high - low
            let ramp = min(max((Double(pair) - low) / width, 0), 1)
            return Self.blend(frequency, frequency / factor, ramp)
        }
    }

    private static func blend(_ first: Double, _ second: Double, _ weight: Double) -> Double {
        (1 - weight) * first + weight * second
    }

    /// The pairs between which YaRN blends: those that turn `fast` and `slow` times in the
    /// original context (arXiv 2309.00071, section 3.2).
    ///
    /// - Parameters:
    ///   - fast: Turns from which a pair keeps its frequency.
    ///   - slow: Turns up to which a pair is stretched.
    ///   - length: The original context.
    ///   - truncated: Whether the ends are moved to whole pairs.
    /// - Returns: The first pair that is stretched a little and the last one that is not wholly.
    func yarnRange(
        fast: Double, slow: Double, length: Double, truncated: Bool
    ) -> (low: Double, high: Double) {
        func pair(turning turns: Double) -> Double {
            Double(dimension) * log(length / (turns * 2 * Double.pi)) / (2 * log(theta))
        }
        let (low, high) = (pair(turning: fast), pair(turning: slow))
        return (
            low: max(truncated ? floor(low) : low, 0),
            high: min(truncated ? ceil(high) : high, Double(dimension - 1))
        )
    }

    /// The factor on cosines and sines that YaRN recommends (arXiv 2309.00071, section 3.4).
    static func yarnMagnitude(_ factor: Double, _ scale: Double) -> Double {
        factor <= 1 ? 1 : 0.1 * scale * log(factor) + 1
    }

    /// The factor on cosines and sines that LongRoPE recommends (arXiv 2402.13753, section 4.3).
    static func longropeMagnitude(_ factor: Double, originalContextLength: Int) -> Double {
        factor <= 1 ? 1 : (1 + log(factor) / log(Double(originalContextLength))).squareRoot()
    }
}
