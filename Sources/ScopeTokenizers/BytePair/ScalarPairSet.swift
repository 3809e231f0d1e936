/// The pairs of adjacent characters that the products of merges hold.
///
/// Between two characters that are adjacent in no product no token can lie across, so a text may
/// be cut there before it is merged, and the pieces give the same tokens as the whole.
struct ScalarPairSet: Sendable {
    /// For each ASCII character, which of the others may follow it.
    private var ascii = [Bool](repeating: false, count: 128 * 128)
    private var keys: [UInt64] = [UInt64](repeating: freeKey, count: 64)
    private var count = 0
    private let hash = KeyedHash()

    // Two scalars have 42 bits.
    private static let freeKey = UInt64.max

    /// Adds all pairs of a spelling, which is valid UTF-8.
    mutating func insertPairs(of spelling: [UInt8]) {
        let bytes = spelling.span
        var previous: UInt32?
        var position = 0
        while position < bytes.count {
            let (scalar, end) = decodeScalar(bytes, at: position)
            if let previous { insert(previous, scalar.value) }
            previous = scalar.value
            position = end
        }
    }

    private mutating func insert(_ first: UInt32, _ second: UInt32) {
        if first < 128, second < 128 {
            ascii[Int(first << 7 | second)] = true
            return
        }
        let key = UInt64(first) << 32 | UInt64(second)
        let slot = slot(of: key)
        guard keys[slot] == Self.freeKey else { return }
        keys[slot] = key
        count += 1
        guard count * 2 > keys.count else { return }
        let old = keys
        keys = [UInt64](repeating: Self.freeKey, count: old.count * 2)
        for key in old where key != Self.freeKey { keys[self.slot(of: key)] = key }
    }

    /// Whether some product holds the pair.
    @inline(__always)
    func contains(_ first: UInt32, _ second: UInt32) -> Bool {
        if first < 128, second < 128 { return ascii[Int(first << 7 | second)] }
        return keys[slot(of: UInt64(first) << 32 | UInt64(second))] != Self.freeKey
    }

    @inline(__always)
    private func slot(of key: UInt64) -> Int {
        var slot = Int(truncatingIfNeeded: hash.hash(key)) & (keys.count - 1)
        while keys[slot] != key, keys[slot] != Self.freeKey {
            slot = (slot + 1) & (keys.count - 1)
        }
        return slot
    }
}
