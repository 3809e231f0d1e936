/// Spellings as paths from a root, one edge for each byte: all tokens that begin at a place of a
/// text are found in one walk.
struct ByteTrie: Sendable {
    /// The node that every walk starts at.
    static let root = 0

    private var keys: [UInt64]
    private var children: [UInt32]
    /// The token that ends at each node, or -1.
    private var tokens: [Int32] = [-1]
    private var edgeCount = 0
    private let hash = KeyedHash()

    // No edge has this key, as there are fewer nodes.
    private static let freeKey = UInt64.max

    init() {
        keys = [UInt64](repeating: Self.freeKey, count: 256)
        children = [UInt32](repeating: 0, count: 256)
    }

    /// Adds a token.
    mutating func insert(_ spelling: [UInt8], token: Int) {
        var node = Self.root
        for byte in spelling {
            if let next = child(of: node, byte) {
                node = next
                continue
            }
            if (edgeCount + 1) * 2 > keys.count { grow() }
            let key = UInt64(node) << 8 | UInt64(byte)
            let slot = slot(of: key)
            keys[slot] = key
            children[slot] = UInt32(tokens.count)
            edgeCount += 1
            node = tokens.count
            tokens.append(-1)
        }
        tokens[node] = Int32(token)
    }

    private mutating func grow() {
        let old = (keys, children)
        keys = [UInt64](repeating: Self.freeKey, count: old.0.count * 2)
        children = [UInt32](repeating: 0, count: keys.count)
        for (key, child) in zip(old.0, old.1) where key != Self.freeKey {
            let slot = slot(of: key)
            keys[slot] = key
            children[slot] = child
        }
    }

    /// The node that a byte leads to.
    @inline(__always)
    func child(of node: Int, _ byte: UInt8) -> Int? {
        let slot = slot(of: UInt64(node) << 8 | UInt64(byte))
        return keys[slot] == Self.freeKey ? nil : Int(children[slot])
    }

    /// The token that ends at a node.
    @inline(__always)
    func token(at node: Int) -> Int? {
        tokens[node] < 0 ? nil : Int(tokens[node])
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
