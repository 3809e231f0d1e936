/// The tensor types of GGUF; the numbers are the format's.
///
/// A tensor's rows are cut into blocks of a number of elements, each of a number of bytes. Plain
/// types have blocks of one element.
public enum GGUFType: Int, Sendable, CaseIterable {
    /// IEEE 754 binary32.
    case float32 = 0
    /// IEEE 754 binary16.
    case float16 = 1
    /// 4 bits with a scale.
    case q4_0 = 2
    /// 4 bits with a scale and a minimum.
    case q4_1 = 3
    /// 5 bits with a scale.
    case q5_0 = 6
    /// 5 bits with a scale and a minimum.
    case q5_1 = 7
    /// 8 bits with a scale.
    case q8_0 = 8
    /// 8 bits with a scale and the sum of the block.
    case q8_1 = 9
    /// 2 bits; scales and minimums of 16 elements have 4.
    case q2_K = 10
    /// 3 bits; scales of 16 elements have 6.
    case q3_K = 11
    /// 4 bits; scales and minimums of 32 elements have 6.
    case q4_K = 12
    /// 5 bits; scales and minimums of 32 elements have 6.
    case q5_K = 13
    /// 6 bits; scales of 16 elements have 8.
    case q6_K = 14
    /// 8 bits with a scale and the sums of 16 elements.
    case q8_K = 15
    /// About 2.06 bits by a table of vectors.
    case iq2_XXS = 16
    /// About 2.31 bits by a table of vectors.
    case iq2_XS = 17
    /// About 3.06 bits by a table of vectors.
    case iq3_XXS = 18
    /// About 1.56 bits by a table of vectors.
    case iq1_S = 19
    /// 4 bits by a table of values.
    case iq4_NL = 20
    /// About 3.44 bits by a table of vectors.
    case iq3_S = 21
    /// About 2.56 bits by a table of vectors.
    case iq2_S = 22
    /// 4 bits by a table of values; scales of 32 elements have 6.
    case iq4_XS = 23
    /// Signed, 8 bits.
    case int8 = 24
    /// Signed, 16 bits.
    case int16 = 25
    /// Signed, 32 bits.
    case int32 = 26
    /// Signed, 64 bits.
    case int64 = 27
    /// IEEE 754 binary64.
    case float64 = 28
    /// 1.75 bits by a table of vectors.
    case iq1_M = 29
    /// The upper half of IEEE 754 binary32.
    case bfloat16 = 30
    /// Ternary, five values a byte.
    case tq1_0 = 34
    /// Ternary, four values a byte.
    case tq2_0 = 35
    /// 4-bit floating point with a power of two as scale, after OCP Microscaling Formats.
    case mxfp4 = 39
    /// 4-bit floating point with 8-bit floating-point scales.
    case nvfp4 = 40
    /// 1 bit with a scale.
    case q1_0 = 41
    /// 2 bits with a scale.
    case q2_0 = 42

    /// Everything that depends on the type: the format's name, the elements of a block, its bytes.
    private var layout: (name: String, elements: Int, bytes: Int) {
        switch self {
        case .float32: ("F32", 1, 4)
        case .float16: ("F16", 1, 2)
        case .bfloat16: ("BF16", 1, 2)
        case .float64: ("F64", 1, 8)
        case .int8: ("I8", 1, 1)
        case .int16: ("I16", 1, 2)
        case .int32: ("I32", 1, 4)
        case .int64: ("I64", 1, 8)
        case .q4_0: ("Q4_0", 32, 18)
        case .q4_1: ("Q4_1", 32, 20)
        case .q5_0: ("Q5_0", 32, 22)
        case .q5_1: ("Q5_1", 32, 24)
        case .q8_0: ("Q8_0", 32, 34)
        case .q8_1: ("Q8_1", 32, 36)
        case .q2_K: ("Q2_K", 256, 84)
        case .q3_K: ("Q3_K", 256, 110)
        case .q4_K: ("Q4_K", 256, 144)
        case .q5_K: ("Q5_K", 256, 176)
        case .q6_K: ("Q6_K", 256, 210)
        case .q8_K: ("Q8_K", 256, 292)
        case .iq1_S: ("IQ1_S", 256, 50)
        case .iq1_M: ("IQ1_M", 256, 56)
        case .iq2_XXS: ("IQ2_XXS", 256, 66)
        case .iq2_XS: ("IQ2_XS", 256, 74)
        case .iq2_S: ("IQ2_S", 256, 82)
        case .iq3_XXS: ("IQ3_XXS", 256, 98)
        case .iq3_S: ("IQ3_S", 256, 110)
        case .iq4_NL: ("IQ4_NL", 32, 18)
        case .iq4_XS: ("IQ4_XS", 256, 136)
        case .tq1_0: ("TQ1_0", 256, 54)
        case .tq2_0: ("TQ2_0", 256, 66)
        case .mxfp4: ("MXFP4", 32, 17)
        case .nvfp4: ("NVFP4", 64, 36)
        case .q1_0: ("Q1_0", 128, 18)
        case .q2_0: ("Q2_0", 64, 18)
        }
    }

    /// The format's name of the type, such as `Q4_K`.
    public var name: String { layout.name }

    /// How many elements of a row a block holds.
    public var elementsPerBlock: Int { layout.elements }

    /// The size of a block in bytes.
    public var bytesPerBlock: Int { layout.bytes }

    /// What messages call a number that is no type of today's format.
    static func description(ofUnknown number: UInt32) -> String {
        let removed: [UInt32: String] = [
            4: "Q4_2", 5: "Q4_3", 31: "Q4_0_4_4", 32: "Q4_0_4_8", 33: "Q4_0_8_8",
            36: "IQ4_NL_4_4", 37: "IQ4_NL_4_8", 38: "IQ4_NL_8_8",
        ]
        guard let name = removed[number] else { return "unknown tensor type \(number)" }
        return "tensor type \(number), \(name), which the format no longer has"
    }
}
