import CScopeKernels

/// The format in which a weight is stored; the raw value is the name that a trace states.
///
/// Arithmetic never happens in the narrow formats: a stored weight is widened, exactly, to
/// `Float` or `Double` first. Formats from ``q4_0`` on are ggml's, as GGUF files hold them: a
/// block of neighbouring weights of a row shares scales, and a weight is `scale · code − least`.
public enum ElementType: String, CaseIterable, Sendable {
    /// IEEE 754 binary32.
    case float32
    /// IEEE 754 binary16.
    case float16
    /// The upper half of an IEEE 754 binary32.
    case bfloat16
    /// 4 bits and a scale for 32 weights.
    case q4_0
    /// 4 bits, a scale and a least value for 32 weights.
    case q4_1
    /// 5 bits and a scale for 32 weights.
    case q5_0
    /// 5 bits, a scale and a least value for 32 weights.
    case q5_1
    /// 8 bits and a scale for 32 weights.
    case q8_0
    /// 2 bits; each 16 of 256 weights have a scale and a least value of 4 bits.
    case q2_K
    /// 3 bits; each 16 of 256 weights have a scale of 6 bits.
    case q3_K
    /// 4 bits; each 32 of 256 weights have a scale and a least value of 6 bits.
    case q4_K
    /// 5 bits; each 32 of 256 weights have a scale and a least value of 6 bits.
    case q5_K
    /// 6 bits; each 16 of 256 weights have a scale of 8 bits.
    case q6_K
    /// 4 bits that name one of 16 uneven values, and a scale for 32 weights.
    case iq4_nl
    /// As ``iq4_nl``; each 32 of 256 weights have a scale of 6 bits.
    case iq4_xs
    /// 4-bit floating point (e2m1) and a power of two for 32 weights (OCP Microscaling 1.0).
    case mxfp4

    /// The weights that are stored together; 1 for the plain formats.
    public var elementsPerBlock: Int { tscope_block_of(kernelElement).elements }

    /// The bytes that a block takes.
    public var bytesPerBlock: Int { tscope_block_of(kernelElement).bytes }

    /// Whether weights share scales.
    public var isBlockQuantized: Bool { elementsPerBlock > 1 }

    /// The bytes that weights side by side take.
    ///
    /// - Parameter count: a number of weights, whole blocks.
    /// - Returns: the bytes.
    public func byteCount(ofElements count: Int) -> Int {
        let (blocks, rest) = count.quotientAndRemainder(dividingBy: elementsPerBlock)
        precondition(rest == 0, "blocks are not divided")
        return blocks * bytesPerBlock
    }

    /// What the plain formats are aligned to; blocks may lie anywhere.
    var alignment: Int { isBlockQuantized ? 1 : bytesPerBlock }

    var kernelElement: tscope_element {
        switch self {
        case .float32: TSCOPE_F32
        case .float16: TSCOPE_F16
        case .bfloat16: TSCOPE_BF16
        case .q4_0: TSCOPE_Q4_0
        case .q4_1: TSCOPE_Q4_1
        case .q5_0: TSCOPE_Q5_0
        case .q5_1: TSCOPE_Q5_1
        case .q8_0: TSCOPE_Q8_0
        case .q2_K: TSCOPE_Q2_K
        case .q3_K: TSCOPE_Q3_K
        case .q4_K: TSCOPE_Q4_K
        case .q5_K: TSCOPE_Q5_K
        case .q6_K: TSCOPE_Q6_K
        case .iq4_nl: TSCOPE_IQ4_NL
        case .iq4_xs: TSCOPE_IQ4_XS
        case .mxfp4: TSCOPE_MXFP4
        }
    }
}
