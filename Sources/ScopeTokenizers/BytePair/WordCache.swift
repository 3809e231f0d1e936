/// The tokens of words that were met before, in a bounded amount of memory.
struct WordCache {
    /// Longer words are rare, and each is different.
    static let longestWord = 48
    private static let maximumEntries = 1 << 15

    private struct Entry {
        var hash: UInt64
        var keyStart: UInt32
        var valueStart: UInt32
        var keyCount: UInt16
        var valueCount: UInt16
    }

    private var slots: [UInt32] = []
    private var entries: [Entry] = []
    private var keys: [UInt8] = []
    private var values: [UInt32] = []
    private let hash = KeyedHash()

    /// The hash under which a word is looked up and then kept.
    @inline(__always)
    func hash(_ bytes: Span<UInt8>, _ word: Range<Int>) -> UInt64 {
        hash.hash(bytes, word)
    }

    /// Where in ``tokens`` the tokens of a word are.
    @inline(__always)
    func find(_ bytes: Span<UInt8>, _ word: Range<Int>, hash: UInt64) -> Range<Int>? {
        guard !slots.isEmpty else { return nil }
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let entry = entries[Int(slots[slot]) - 1]
            if entry.hash == hash, Int(entry.keyCount) == word.count {
                var offset = 0
                while offset < word.count,
                    keys[Int(entry.keyStart) + offset] == bytes[word.lowerBound + offset]
                {
                    offset += 1
                }
                if offset == word.count {
                    let start = Int(entry.valueStart)
                    return start..<start + Int(entry.valueCount)
                }
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// The token at a place that ``find(_:_:hash:)`` gave.
    @inline(__always)
    subscript(place: Int) -> UInt32 { values[place] }

    /// Keeps the tokens of a word that is not there yet; a full cache starts anew.
    mutating func insert(
        _ bytes: Span<UInt8>, _ word: Range<Int>, hash: UInt64, tokens: [UInt32]
    ) {
        if entries.count == Self.maximumEntries {
            slots = []
            entries.removeAll(keepingCapacity: true)
            keys.removeAll(keepingCapacity: true)
            values.removeAll(keepingCapacity: true)
        }
        if entries.count * 2 >= slots.count { grow() }
        let entry = Entry(
            hash: hash, keyStart: UInt32(keys.count), valueStart: UInt32(values.count),
            keyCount: UInt16(word.count), valueCount: UInt16(tokens.count))
        for position in word { keys.append(bytes[position]) }
        values += tokens
        entries.append(entry)
        place(entries.count - 1)
    }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: max(1 << 10, slots.count * 2))
        for index in entries.indices { place(index) }
    }

    private mutating func place(_ index: Int) {
        var slot = Int(truncatingIfNeeded: entries[index].hash) & (slots.count - 1)
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = UInt32(index) + 1
    }
}
