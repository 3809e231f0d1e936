public import ScopeTensor

/// Rotary position embedding (Su et al., 2021) and the ways its frequencies are stretched.
public struct RotaryConfiguration: Equatable, Sendable {
    /// How the base frequencies are changed to reach further than the training length.
    public enum Scaling: Equatable, Sendable {
        /// The base grows with the text once that is longer than `originalContextLength`.
        case dynamic(factor: Double, originalContextLength: Int)
        /// Every frequency divided by `factor` (Chen et al., 2023).
        case linear(factor: Double)
        /// Llama 3.1: long wavelengths divided by `factor`, short ones kept, the rest blended.
        case llama3(
            factor: Double, lowFrequencyFactor: Double, highFrequencyFactor: Double,
            originalContextLength: Int)
        /// LongRoPE (arXiv 2402.13753): a divisor for each pair, one set of them for texts up to
        /// `originalContextLength` and another beyond.
        case longrope(short: [Double], long: [Double], originalContextLength: Int)
        /// Frequencies as they are.
        case none
        /// A divisor for each pair, as GGUF files carry them.
        case perPair(divisors: [Double])
        /// YaRN (arXiv 2309.00071): pairs below `low` keep their frequency, those above `high` are
        /// divided by `factor`, the rest are blended.
        case yarn(factor: Double, low: Double, high: Double)
    }

    /// The base of the geometric series of wavelengths.
    public var theta: Double
    /// The leading scalars of a head that are rotated.
    public var dimension: Int
    /// Which scalars form a pair.
    public var pairing: RotaryPairing
    /// How the frequencies are stretched.
    public var scaling: Scaling
    /// The factor on cosines and sines.
    public var magnitude: Double

    /// Creates a rotation scheme.
    public init(
        theta: Double, dimension: Int, pairing: RotaryPairing = .halves, scaling: Scaling = .none,
        magnitude: Double = 1
    ) {
        self.theta = theta
        self.dimension = dimension
        self.pairing = pairing
        self.scaling = scaling
        self.magnitude = magnitude
    }

    /// The text length that defines the frequencies of a text of `length` tokens.
    ///
    /// Two lengths with the same answer have the same frequencies. Schemes whose frequencies never
    /// change answer 0.
    public func definingLength(of length: Int) -> Int {
        switch scaling {
        case .dynamic(_, let original):
            length > original ? length : original
        case .longrope(_, _, let original):
            length > original ? original + 1 : original
        case .linear, .llama3, .none, .perPair, .yarn:
            0
        }
    }
}
