/// A hash under a key that no file can know, so that no file can make its entries collide.
struct KeyedHash: Sendable {
    private let key: UInt64
    private let multiplier: UInt64

    init() {
        var generator = SystemRandomNumberGenerator()
        key = generator.next()
        multiplier = generator.next() | 1
    }

    /// Hashes one word.
    @inline(__always)
    func hash(_ word: UInt64) -> UInt64 {
        let product = (word ^ key).multipliedFullWidth(by: multiplier)
        return product.high ^ product.low
    }

    /// Hashes a part of some bytes.
    @inline(__always)
    func hash(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
        var state = key
        for position in range {
            // The prime of the FNV-1a hash.
            state = (state ^ UInt64(bytes[position])) &* 0x100_0000_01B3
        }
        return hash(state ^ UInt64(truncatingIfNeeded: range.count))
    }
}
