/// The working memory of merging one word, used again for the next.
struct BytePairScratch {
    /// The tokens of the word so far.
    var symbols: [UInt32] = []
    /// Whether bytes of the word are no token and were left out.
    var hasGaps = false
    /// Where in the word each symbol starts and ends; kept only if there are gaps.
    var starts: [UInt32] = []
    var ends: [UInt32] = []
    /// The rank of each symbol with the one after it.
    var ranks: [UInt32] = []
    /// For long words, the symbols as a doubly linked list.
    var previous: [UInt32] = []
    var next: [UInt32] = []
    var heap = RankHeap()

    /// The tokens of words that were met before.
    var words = WordCache()

    /// Appends a symbol and where in the word it is.
    @inline(__always)
    mutating func append(_ symbol: UInt32, from start: Int, to end: Int) {
        symbols.append(symbol)
        starts.append(UInt32(start))
        ends.append(UInt32(end))
    }

    /// Gives back the memory that an unusually long word took.
    mutating func trim() {
        guard symbols.capacity > 1 << 16 else { return }
        let words = words
        self = BytePairScratch()
        self.words = words
    }
}

/// Pairs waiting to be merged, by rank and then from left to right: a binary heap.
struct RankHeap {
    private var items: [UInt64] = []

    mutating func removeAll() {
        items.removeAll(keepingCapacity: true)
    }

    mutating func push(rank: UInt32, position: Int) {
        let item = UInt64(rank) << 32 | UInt64(position)
        var child = items.count
        items.append(item)
        while child > 0 {
            let parent = (child - 1) / 2
            guard items[parent] > item else { break }
            items[child] = items[parent]
            child = parent
        }
        items[child] = item
    }

    mutating func pop() -> (rank: UInt32, position: Int)? {
        guard let first = items.first, let last = items.popLast() else { return nil }
        var hole = 0
        while true {
            var child = 2 * hole + 1
            guard child < items.count else { break }
            if child + 1 < items.count, items[child + 1] < items[child] { child += 1 }
            guard items[child] < last else { break }
            items[hole] = items[child]
            hole = child
        }
        if !items.isEmpty { items[hole] = last }
        return (UInt32(truncatingIfNeeded: first >> 32), Int(first & 0xFFFF_FFFF))
    }
}
