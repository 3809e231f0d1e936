/// The element types of the safetensors format, by their names in the file.
public enum SafetensorsType: String, Sendable, CaseIterable {
    /// One byte, 0 or 1.
    case bool = "BOOL"
    /// Unsigned, 8 bits.
    case uint8 = "U8"
    /// Signed, 8 bits.
    case int8 = "I8"
    /// Unsigned, 16 bits.
    case uint16 = "U16"
    /// Signed, 16 bits.
    case int16 = "I16"
    /// IEEE 754 binary16.
    case float16 = "F16"
    /// The upper half of IEEE 754 binary32.
    case bfloat16 = "BF16"
    /// Unsigned, 32 bits.
    case uint32 = "U32"
    /// Signed, 32 bits.
    case int32 = "I32"
    /// IEEE 754 binary32.
    case float32 = "F32"
    /// Unsigned, 64 bits.
    case uint64 = "U64"
    /// Signed, 64 bits.
    case int64 = "I64"
    /// IEEE 754 binary64.
    case float64 = "F64"
    /// 8 bits, 4 of them exponent, 3 mantissa.
    case float8E4M3 = "F8_E4M3"
    /// 8 bits, 5 of them exponent, 2 mantissa.
    case float8E5M2 = "F8_E5M2"

    /// The size of an element in bytes.
    public var byteWidth: Int {
        switch self {
        case .bool, .uint8, .int8, .float8E4M3, .float8E5M2: 1
        case .uint16, .int16, .float16, .bfloat16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64: 8
        }
    }
}
