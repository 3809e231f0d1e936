/// Quantises rows of numbers to a format with one scale for 32 weights, bit for bit as the
/// reference package of the GGUF format does.
///
/// All arithmetic is in `Float`, one rounding an operation. The codes come from the unrounded
/// scale; it is stored in binary16. Numbers that are not finite trap nowhere but give arbitrary
/// codes.
struct BlockQuantizer {
    let type: ElementType

    private var codes = [UInt8](repeating: 0, count: 32)

    init(_ type: ElementType) { self.type = type }

    /// Appends the blocks of numbers side by side, whole blocks.
    mutating func append(_ values: Span<Float>, to bytes: inout [UInt8]) {
        for start in stride(from: 0, to: values.count, by: 32) {
            let block = values.extracting(start..<start + 32)
            switch type {
            case .q4_0: appendCentred(block, bits: 4, to: &bytes)
            case .q5_0: appendCentred(block, bits: 5, to: &bytes)
            case .q4_1: appendShifted(block, bits: 4, to: &bytes)
            case .q5_1: appendShifted(block, bits: 5, to: &bytes)
            default: appendSigned(block, to: &bytes)
            }
        }
    }

    /// `q8_0`: the largest magnitude becomes ±127, ties are rounded away from zero.
    private mutating func appendSigned(_ block: Span<Float>, to bytes: inout [UInt8]) {
        var largest: Float = 0
        for i in block.indices { largest = max(largest, abs(block[i])) }
        let scale = largest / 127
        let inverse = scale == 0 ? 0 : 1 / scale
        bytes.append(half: scale)
        for i in block.indices {
            // A half less the least step: the sum reaches the next whole number from a half on, but
            // not from just below.
            let half: Float = 0.5 - 0x1p-25
            let value = max(-127, min(127, block[i] * inverse))
            let sign = value.bitPattern & 0x8000_0000
            let code = Int32(value + Float(bitPattern: half.bitPattern | sign))
            codes[i] = UInt8(truncatingIfNeeded: code)
        }
        bytes += codes
    }

    /// `q4_0` and `q5_0`: the number of the largest magnitude becomes the most negative code.
    private mutating func appendCentred(
        _ block: Span<Float>, bits: Int, to bytes: inout [UInt8]
    ) {
        var peak = block[0]
        for i in block.indices where abs(block[i]) > abs(peak) { peak = block[i] }
        let middle = Float(1 << (bits - 1))
        let scale = peak / -middle
        let inverse = scale == 0 ? 0 : 1 / scale
        for i in block.indices { codes[i] = code(block[i] * inverse + (middle + 0.5), bits) }
        bytes.append(half: scale)
        appendCodes(bits, to: &bytes)
    }

    /// `q4_1` and `q5_1`: codes count steps from the least number to the largest.
    private mutating func appendShifted(
        _ block: Span<Float>, bits: Int, to bytes: inout [UInt8]
    ) {
        var (least, largest) = (block[0], block[0])
        for i in block.indices {
            least = min(least, block[i])
            largest = max(largest, block[i])
        }
        let scale = (largest - least) / Float(1 << bits - 1)
        let inverse = scale == 0 ? 0 : 1 / scale
        for i in block.indices { codes[i] = code((block[i] - least) * inverse + 0.5, bits) }
        bytes.append(half: scale)
        bytes.append(half: least)
        appendCodes(bits, to: &bytes)
    }

    /// The whole part, within the range of the codes; 0 for NaN.
    private func code(_ value: Float, _ bits: Int) -> UInt8 {
        value >= 0 ? UInt8(min(value, Float(1 << bits - 1))) : 0
    }

    /// The fifth bits first, then two codes to a byte.
    private func appendCodes(_ bits: Int, to bytes: inout [UInt8]) {
        if bits == 5 {
            for start in stride(from: 0, to: 32, by: 8) {
                bytes.append((0..<8).reduce(0) { $0 | (codes[start + $1] >> 4) << $1 })
            }
        }
        for i in 0..<16 { bytes.append(codes[i] & 0xF | codes[i + 16] << 4) }
    }
}

extension [UInt8] {
    /// Appends a binary16, little-endian.
    fileprivate mutating func append(half value: Float) {
        let bits = value.float16Bits
        append(UInt8(truncatingIfNeeded: bits))
        append(UInt8(bits >> 8))
    }
}
