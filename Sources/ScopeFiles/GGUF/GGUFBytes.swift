/// The bytes of a GGUF file up to its data, and numbers in them, little-endian.
///
/// They are a copy, so what was checked stays as it was even if the file changes.
struct GGUFBytes: Sendable {
    let file: String
    var bytes: [UInt8]

    /// A number of up to 8 bytes; the bytes must be there.
    @inline(__always)
    func unsigned(at position: Int, width: Int) -> UInt64 {
        var value: UInt64 = 0
        var place = position + width
        while place > position {
            place -= 1
            value = value << 8 | UInt64(bytes[place])
        }
        return value
    }

    /// The integer of a kind that is one, if `Int` has it.
    @inline(__always)
    func integer(_ kind: GGUFValueKind, at position: Int) -> Int? {
        let bits = unsigned(at: position, width: kind.leastByteCount)
        switch kind {
        case .uint8, .uint16, .uint32, .uint64: return Int(exactly: bits)
        case .int8: return Int(Int8(truncatingIfNeeded: bits))
        case .int16: return Int(Int16(truncatingIfNeeded: bits))
        case .int32: return Int(Int32(truncatingIfNeeded: bits))
        case .int64: return Int(Int64(bitPattern: bits))
        case .float32, .float64, .bool, .string, .array: return nil
        }
    }

    /// The number of a kind that is one.
    @inline(__always)
    func double(_ kind: GGUFValueKind, at position: Int) -> Double? {
        let bits = unsigned(at: position, width: kind.leastByteCount)
        switch kind {
        case .float32: return Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
        case .float64: return Double(bitPattern: bits)
        case .uint64: return Double(bits)
        case .uint8, .uint16, .uint32, .int8, .int16, .int32, .int64:
            return integer(kind, at: position).map { Double($0) }
        case .bool, .string, .array: return nil
        }
    }
}
