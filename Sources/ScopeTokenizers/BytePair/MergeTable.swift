/// Which two adjacent tokens merge, into what, and in which order of preference.
struct MergeTable: Sendable {
    /// The rank of a pair that does not merge.
    static let noRank = UInt32.max

    private var keys: [UInt64]
    private var ranks: [UInt32]
    private var products: [UInt32] = []
    private let hash = KeyedHash()

    // No pair has this key, as ids are far smaller.
    private static let freeKey = UInt64.max

    /// Makes an empty table with room for a number of merges.
    init(capacity: Int) {
        var size = 16
        while size < capacity * 2 { size *= 2 }
        keys = [UInt64](repeating: Self.freeKey, count: size)
        ranks = [UInt32](repeating: Self.noRank, count: size)
        products.reserveCapacity(capacity)
    }

    private var pairCount = 0

    /// How many ranks there are.
    var count: Int { products.count }

    /// Begins the next rank, which all pairs added with ``append(left:right:)`` share.
    mutating func beginRank(product: Int) {
        products.append(UInt32(product))
    }

    /// Adds a pair of the rank begun last, unless it has one.
    mutating func append(left: Int, right: Int) {
        precondition(!products.isEmpty && pairCount * 2 < keys.count, "no rank, or no room")
        let key = UInt64(left) << 32 | UInt64(right)
        let slot = slot(of: key)
        guard keys[slot] == Self.freeKey else { return }
        pairCount += 1
        keys[slot] = key
        ranks[slot] = UInt32(products.count - 1)
    }

    /// Adds a merge that ranks after all others; one of the same pair is replaced.
    mutating func append(left: Int, right: Int, product: Int) {
        precondition(products.count * 2 < keys.count, "the table is full")
        let key = UInt64(left) << 32 | UInt64(right)
        let slot = slot(of: key)
        keys[slot] = key
        ranks[slot] = UInt32(products.count)
        products.append(UInt32(product))
    }

    /// Whether some pair holds one of the tokens.
    func contains(anyOf tokens: Set<UInt32>) -> Bool {
        keys.contains { key in
            key != Self.freeKey
                && (tokens.contains(UInt32(truncatingIfNeeded: key >> 32))
                    || tokens.contains(UInt32(truncatingIfNeeded: key)))
        }
    }

    /// The rank of a pair, the lower the sooner, or ``noRank``.
    @inline(__always)
    func rank(_ left: UInt32, _ right: UInt32) -> UInt32 {
        ranks[slot(of: UInt64(left) << 32 | UInt64(right))]
    }

    /// The token that the merge of a rank gives.
    @inline(__always)
    func product(of rank: UInt32) -> UInt32 {
        products[Int(rank)]
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
