/// Which two values of a head turn together.
public enum RotaryPairing: String, CaseIterable, Sendable {
    /// Value `i` with value `i + rotaryDimension / 2`: GPT-NeoX, and Llama as transformers
    /// stores it.
    case halves
    /// Value `2i` with value `2i + 1`: GPT-J.
    case adjacent
}

/// The angles of a rotary position embedding (Su et al., arXiv 2104.09864), one row a token.
public struct Rotation<Scalar: TensorScalar>: Sendable, Equatable {
    /// The cosines: rows × `rotaryDimension / 2`.
    public var cosines: Tensor<Scalar>

    /// The sines: rows × `rotaryDimension / 2`.
    public var sines: Tensor<Scalar>

    /// Which two values of a head turn together.
    public let pairing: RotaryPairing

    /// How many leading values of each head turn; the others stay.
    public var rotaryDimension: Int { 2 * cosines.columns }

    /// Makes a rotation.
    ///
    /// - Parameters:
    ///   - cosines: rows × half the rotary dimension.
    ///   - sines: of the same shape.
    ///   - pairing: which two values of a head turn together.
    public init(cosines: Tensor<Scalar>, sines: Tensor<Scalar>, pairing: RotaryPairing) {
        precondition(
            cosines.rows == sines.rows && cosines.columns == sines.columns,
            "cosines and sines differ in shape")
        self.cosines = cosines
        self.sines = sines
        self.pairing = pairing
    }
}
