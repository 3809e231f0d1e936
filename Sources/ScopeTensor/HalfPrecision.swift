// The 16-bit formats, written out: `Float16` is missing on Intel Macs.

extension Float {
    /// The value of a bfloat16: its bits are the upper half of a binary32.
    ///
    /// - Parameter bits: the stored 16 bits.
    package init(bfloat16 bits: UInt16) {
        self = Float(bitPattern: UInt32(bits) << 16)
    }

    /// The value of an IEEE 754 binary16, exactly; written out because `Float16` is missing on
    /// Intel Macs.
    ///
    /// - Parameter bits: the stored 16 bits.
    package init(float16 bits: UInt16) {
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

    /// The bits of the nearest IEEE 754 binary16, the even one of two; infinity beyond its range.
    package var float16Bits: UInt16 {
        let sign = UInt16(bitPattern >> 16) & 0x8000
        let magnitude = bitPattern & 0x7FFF_FFFF
        switch magnitude {
        case 0x7F80_0001...:
            return sign | 0x7E00
        case 0x4780_0000...:
            return sign | 0x7C00
        case ..<0x3880_0000:
            // Below 2⁻¹⁴ steps are of 2⁻²⁴; the product is exact.
            let steps = (Float(bitPattern: magnitude) * 0x1p24).rounded(.toNearestOrEven)
            return sign | UInt16(steps)
        default:
            // Half a step less one, one more where the last bit kept is odd; a carry runs on into
            // the exponent.
            let rounded = magnitude + 0xFFF + (magnitude >> 13 & 1)
            return sign | UInt16((rounded - 0x3800_0000) >> 13)
        }
    }
}
