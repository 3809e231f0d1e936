/// One block of weights in a format of ggml, read by plain loops: the twin of the kernels.
///
/// A value is computed as the format's reference does: scales come from binary16, products of a
/// scale and a code are exact in `Float`, and what is subtracted rounds once.
struct WeightBlock {
    /// The block's bytes.
    let bytes: [UInt8]

    let type: ElementType

    /// The weights in their order; none for a plain format.
    var values: [Float] {
        switch type {
        case .float32, .float16, .bfloat16: []
        case .q4_0: scaled(half(0), nibbles(2).map { $0 - 8 })
        case .q4_1: shifted(half(0), nibbles(4), least: -half(2))
        case .q5_0: scaled(half(0), withFifthBits(nibbles(6), 2).map { $0 - 16 })
        case .q5_1: shifted(half(0), withFifthBits(nibbles(8), 4), least: -half(2))
        case .q8_0: scaled(half(0), signed(2..<34))
        case .iq4_nl: scaled(half(0), nibbles(2).map { Self.unevenValues[$0] })
        case .mxfp4: scaled(Self.halfPower(bytes[0]), nibbles(1).map { Self.e2m1Values[$0] })
        case .q2_K, .q3_K, .q4_K, .q5_K, .q6_K, .iq4_xs: largeValues
        }
    }

    /// The values that the codes of `iq4_nl` and `iq4_xs` name.
    static let unevenValues = [
        -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113,
    ]

    /// The values of 4-bit floating point (one sign, two exponent and one fraction bit), doubled.
    static let e2m1Values = [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12]

    /// Half of the power of two that an exponent byte stands for: 2^(exponent − 128).
    static func halfPower(_ exponent: UInt8) -> Float {
        Float(sign: .plus, exponent: Int(exponent) - 128, significand: 1)
    }

    /// A binary16.
    func half(_ offset: Int) -> Float {
        Float(float16: UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8)
    }

    /// Bytes with a sign.
    func signed(_ range: Range<Int>) -> [Int] {
        bytes[range].map { Int(Int8(bitPattern: $0)) }
    }

    /// 32 codes of 4 bits: the low halves of 16 bytes, then the high ones.
    func nibbles(_ offset: Int) -> [Int] {
        let packed = bytes[offset..<offset + 16]
        return packed.map { Int($0 & 0xF) } + packed.map { Int($0 >> 4) }
    }

    /// Sets the fifth bits of 32 codes, which lie in four bytes, the first code's lowest.
    private func withFifthBits(_ codes: [Int], _ offset: Int) -> [Int] {
        codes.enumerated().map { i, code in code | Int(bytes[offset + i / 8] >> (i % 8) & 1) << 4 }
    }

    func scaled(_ scale: Float, _ codes: some Sequence<Int>) -> [Float] {
        codes.map { scale * Float($0) }
    }

    func shifted(_ scale: Float, _ codes: some Sequence<Int>, least: Float) -> [Float] {
        codes.map { scale * Float($0) - least }
    }
}
