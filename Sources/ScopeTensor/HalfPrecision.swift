// The 16-bit formats, written out: `Float16` is missing on Intel Macs.

extension Float {
    /// The value of a bfloat16: its bits are the upper half of a binary32.
    ///
    /// - Parameter bits: the stored 16 bits.
    init(bfloat16 bits: UInt16) {
        self = Float(bitPattern: UInt32(bits) << 16)
    }

    /// The value of an IEEE 754 binary16, exactly; written out because `Float16` is missing on
    /// Intel Macs.
    ///
    /// - Parameter bits: the stored 16 bits.
    init(float16 bits: UInt16) {
        let sign = UInt32(bits & 0x8000) << 16
        let exponent = UInt32(bits >> 10) & 0x1F
        let fraction = UInt32(bits & 0x3FF)
        switch (exponent, fraction) {
        case (0, _):
            // Zero or subnormal: fraction × 2⁻²⁴, which a binary32 holds as a normal number.
            let magnitude = Float(fraction) * 0x1p-24
            self = Float(bitPattern: magnitude.bitPattern | sign)
        case (0x1F, _):
            self = Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
        default:
            self = Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }
}
