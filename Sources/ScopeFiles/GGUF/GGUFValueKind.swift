/// The kinds of values that the metadata of GGUF holds; the numbers are the format's.
public enum GGUFValueKind: Int, Sendable, CaseIterable {
    /// Unsigned, 8 bits.
    case uint8 = 0
    /// Signed, 8 bits.
    case int8 = 1
    /// Unsigned, 16 bits.
    case uint16 = 2
    /// Signed, 16 bits.
    case int16 = 3
    /// Unsigned, 32 bits.
    case uint32 = 4
    /// Signed, 32 bits.
    case int32 = 5
    /// IEEE 754 binary32.
    case float32 = 6
    /// One byte, 0 or 1.
    case bool = 7
    /// A length in 8 bytes, then bytes that should be UTF-8.
    case string = 8
    /// The kind of the elements, their number, the elements.
    case array = 9
    /// Unsigned, 64 bits.
    case uint64 = 10
    /// Signed, 64 bits.
    case int64 = 11
    /// IEEE 754 binary64.
    case float64 = 12

    /// The size of a value in bytes, or the least size of strings and arrays.
    var leastByteCount: Int {
        switch self {
        case .uint8, .int8, .bool: 1
        case .uint16, .int16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64, .string: 8
        case .array: 12
        }
    }

    /// Whether values are whole numbers.
    var isInteger: Bool {
        switch self {
        case .uint8, .int8, .uint16, .int16, .uint32, .int32, .uint64, .int64: true
        case .float32, .float64, .bool, .string, .array: false
        }
    }

    /// What messages call the kind.
    var shown: String {
        switch self {
        case .uint8: "an unsigned 8-bit integer"
        case .int8: "an 8-bit integer"
        case .uint16: "an unsigned 16-bit integer"
        case .int16: "a 16-bit integer"
        case .uint32: "an unsigned 32-bit integer"
        case .int32: "a 32-bit integer"
        case .uint64: "an unsigned 64-bit integer"
        case .int64: "a 64-bit integer"
        case .float32: "a 32-bit float"
        case .float64: "a 64-bit float"
        case .bool: "a bool"
        case .string: "a string"
        case .array: "an array"
        }
    }
}
