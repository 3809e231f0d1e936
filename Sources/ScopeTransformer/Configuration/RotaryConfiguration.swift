public import ScopeTensor

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Rotary position embedding (Su et al., 2021) and the ways its frequencies are stretched.
public struct RotaryConfiguration: Equatable, Sendable {
    /// How the base frequencies are changed to reach further than the training length.
    public enum Scaling: Equatable, Sendable {
        /// Every frequency divided by `factor` (Chen et al., 2023).
        case linear(factor: Double)
        /// Llama 3.1: long wavelengths divided by `factor`, short ones kept, the rest blended.
        case llama3(
            factor: Double, lowFrequencyFactor: Double, highFrequencyFactor: Double,
            originalContextLength: Int)
        /// Frequencies as they are.
        case none
    }

    /// The base of the geometric series of wavelengths.
    public var theta: Double
    /// The leading scalars of a head that are rotated.
    public var dimension: Int
    /// Which scalars form a pair.
    public var pairing: RotaryPairing
    /// How the frequencies are stretched.
    public var scaling: Scaling

    /// Creates a rotation scheme.
    public init(
        theta: Double, dimension: Int, pairing: RotaryPairing = .halves, scaling: Scaling = .none
    ) {
        self.theta = theta
        self.dimension = dimension
        self.pairing = pairing
        self.scaling = scaling
    }

    /// The angle each pair turns by from one position to the next, in radians; `dimension / 2`.
    public var frequencies: [Double] {
        (0..<dimension / 2).map { pair in
            let base = pow(theta, -Double(2 * pair) / Double(dimension))
            return scaled(base)
        }
    }

    private func scaled(_ frequency: Double) -> Double {
        switch scaling {
        case .none:
            return frequency
        case .linear(let factor):
            return frequency / factor
        case .llama3(let factor, let low, let high, let original):
            let wavelength = 2 * Double.pi / frequency
            let turns = Double(original) / wavelength
            if turns < low { return frequency / factor }
            if turns > high { return frequency }
            let blend = (turns - low) / (high - low)
            return (1 - blend) * frequency / factor + blend * frequency
        }
    }
}
