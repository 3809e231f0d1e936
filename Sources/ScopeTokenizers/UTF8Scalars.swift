/// The scalar that starts at a position of valid UTF-8, and where it ends.
@inline(__always)
func decodeScalar(_ bytes: Span<UInt8>, at position: Int) -> (scalar: Unicode.Scalar, end: Int) {
    let first = UInt32(bytes[position])
    var value: UInt32
    let length: Int
    switch first {
    case ..<0x80: return (Unicode.Scalar(UInt8(first)), position + 1)
    case ..<0xE0: (value, length) = (first & 0x1F, 2)
    case ..<0xF0: (value, length) = (first & 0x0F, 3)
    default: (value, length) = (first & 0x07, 4)
    }
    for offset in 1..<length {
        value = value << 6 | UInt32(bytes[position + offset] & 0x3F)
    }
    // The text comes from a String, so the value is a scalar.
    return (Unicode.Scalar(value) ?? "\u{FFFD}", position + length)
}

/// The scalar that ends at a position of valid UTF-8, and where it starts.
func decodeScalar(
    _ bytes: Span<UInt8>, endingAt end: Int
) -> (scalar: Unicode.Scalar, start: Int) {
    var start = end - 1
    while bytes[start] & 0xC0 == 0x80 { start -= 1 }
    return (decodeScalar(bytes, at: start).scalar, start)
}
