// Blocks of 256 weights, with a scale for each 16 or 32 of them that is itself a code.

extension WeightBlock {
    var largeValues: [Float] {
        switch type {
        case .q2_K:
            let (scale, least) = (half(80), half(82))
            return (0..<16).flatMap { group in
                shifted(
                    scale * Float(bytes[group] & 0xF), codes(group, 16) { twoBits($0, from: 16) },
                    least: least * Float(bytes[group] >> 4))
            }
        case .q3_K:
            let scale = half(108)
            return (0..<16).flatMap { group in
                scaled(
                    scale * Float(sixBitScale(group)),
                    // A high bit that is not set takes 4 away.
                    codes(group, 16) {
                        twoBits($0, from: 32) - 4 + 4 * Int(bytes[$0 % 32] >> ($0 / 32) & 1)
                    })
            }
        case .q4_K, .q5_K:
            let (scale, least) = (half(0), half(2))
            return (0..<8).flatMap { group in
                let (factor, offset) = packedScales(group)
                return shifted(
                    scale * Float(factor), codes(group, 32) { fourOrFiveBits($0) },
                    least: least * Float(offset))
            }
        case .q6_K:
            let (scale, scales) = (half(208), signed(192..<208))
            return (0..<16).flatMap { group in
                scaled(
                    scale * Float(scales[group]),
                    codes(group, 16) { (fourLowBits($0) | twoBits($0, from: 128) << 4) - 32 })
            }
        default:
            let scale = half(0)
            return (0..<8).flatMap { group in
                scaled(
                    scale * Float(unevenScale(group)),
                    nibbles(8 + 16 * group).map { Self.unevenValues[$0] })
            }
        }
    }

    /// The codes of one group.
    private func codes(_ group: Int, _ size: Int, _ code: (Int) -> Int) -> [Int] {
        (group * size..<(group + 1) * size).map(code)
    }

    /// Two bits of weight `i`: in each half of the block 32 bytes hold four weights each, 32 apart.
    private func twoBits(_ i: Int, from offset: Int) -> Int {
        Int(bytes[offset + i / 128 * 32 + i % 32] >> (2 * (i % 128 / 32)) & 3)
    }

    /// Four bits of weight `i`: each 32 bytes hold two weights each, 32 apart; `q5_K` adds a fifth.
    private func fourOrFiveBits(_ i: Int) -> Int {
        let start = type == .q5_K ? 48 : 16
        let low = Int(bytes[start + i / 64 * 32 + i % 32] >> (4 * (i % 64 / 32)) & 0xF)
        guard type == .q5_K else { return low }
        return low | Int(bytes[16 + i % 32] >> (i / 32) & 1) << 4
    }

    /// The low four bits of weight `i` in `q6_K`: in each half 64 bytes hold two weights each, 64
    /// apart.
    private func fourLowBits(_ i: Int) -> Int {
        Int(bytes[i / 128 * 64 + i % 64] >> (4 * (i % 128 / 64)) & 0xF)
    }

    /// Scale `group` of `q3_K`: four low bits in the first eight bytes, two high ones in the next
    /// four.
    private func sixBitScale(_ group: Int) -> Int {
        let low = Int(bytes[96 + group % 8] >> (4 * (group / 8)) & 0xF)
        let high = Int(bytes[104 + group % 4] >> (2 * (group / 4)) & 3)
        return (low | high << 4) - 32
    }

    /// Scale and least value `group` of `q4_K` and `q5_K`, in 12 bytes: the first four of each have
    /// a byte's low six bits, the others four bits of a byte and the two that those left over.
    private func packedScales(_ group: Int) -> (scale: Int, least: Int) {
        let place = 4 + group % 4
        let (first, second) = (Int(bytes[place]), Int(bytes[place + 4]))
        guard group >= 4 else { return (first & 0x3F, second & 0x3F) }
        let third = Int(bytes[place + 8])
        return (third & 0xF | (first >> 6) << 4, third >> 4 | (second >> 6) << 4)
    }

    /// Scale `group` of `iq4_xs`.
    private func unevenScale(_ group: Int) -> Int {
        let low = Int(bytes[4 + group / 2] >> (4 * (group % 2)) & 0xF)
        let high = Int(bytes[2 + group / 4] >> (2 * (group % 4)) & 3)
        return (low | high << 4) - 32
    }
}
