/// Byte-level byte-pair encoding.
///
/// A word starts as its bytes, and the adjacent pair of the best rank merges until no pair has
/// one: Sennrich, Haddow and Birch (2016), on bytes as in GPT-2.
struct BytePairModel: Sendable {
    static let noToken = UInt32.max

    let vocabulary: Vocabulary
    let merges: MergeTable
    /// Whether a word that is a token as it stands is taken at once.
    let ignoresMerges: Bool

    /// The token of each byte as a word of its own, or ``noToken``.
    let byteTokens: [UInt32]

    /// Whether every byte is a token; one that is not vanishes from the text.
    let isComplete: Bool

    init(vocabulary: Vocabulary, merges: MergeTable, ignoresMerges: Bool) {
        self.vocabulary = vocabulary
        self.merges = merges
        self.ignoresMerges = ignoresMerges
        let bytes = Array(UInt8.min...UInt8.max)
        byteTokens = bytes.indices.map { place in
            vocabulary.id(of: bytes.span, place..<place + 1).map { UInt32($0) } ?? Self.noToken
        }
        isComplete = !byteTokens.contains(Self.noToken)
    }

    /// Encodes one word, which no token crosses the ends of.
    ///
    /// - Complexity: O(n log n) in the bytes of the word.
    @inline(__always)
    func encode(
        _ bytes: Span<UInt8>, _ word: Range<Int>, scratch: inout BytePairScratch,
        into sink: inout TokenSink
    ) {
        guard word.count <= WordCache.longestWord else {
            merge(bytes, word, scratch: &scratch)
            emit(scratch, from: word.lowerBound, into: &sink)
            scratch.trim()
            return
        }
        let hash = scratch.words.hash(bytes, word)
        guard let found = scratch.words.find(bytes, word, hash: hash) else {
            merge(bytes, word, scratch: &scratch)
            emit(scratch, from: word.lowerBound, into: &sink)
            if !scratch.hasGaps {
                scratch.words.insert(bytes, word, hash: hash, tokens: scratch.symbols)
            }
            return
        }
        var start = word.lowerBound
        for place in found {
            let token = Int(scratch.words[place])
            let end = start + vocabulary.byteCount(of: token)
            sink.append(token, start..<end)
            start = end
        }
    }

    /// Leaves the tokens of a word in `scratch.symbols`.
    @inline(never)
    private func merge(_ bytes: Span<UInt8>, _ word: Range<Int>, scratch: inout BytePairScratch) {
        scratch.symbols.removeAll(keepingCapacity: true)
        scratch.hasGaps = false
        if ignoresMerges, let token = vocabulary.id(of: bytes, word) {
            scratch.symbols.append(UInt32(token))
            return
        }
        for position in word {
            let token = byteTokens[Int(bytes[position])]
            scratch.symbols.append(token)
            if token == Self.noToken { scratch.hasGaps = true }
        }
        if scratch.hasGaps { leaveOutGaps(&scratch) }
        mergeSymbols(&scratch)
    }

    /// Merges what `scratch.symbols` holds.
    func mergeSymbols(_ scratch: inout BytePairScratch) {
        if scratch.symbols.count <= 64 {
            mergeByScanning(&scratch)
        } else {
            mergeByHeap(&scratch)
        }
    }

    /// Drops the bytes that are no token and notes where the others are.
    private func leaveOutGaps(_ scratch: inout BytePairScratch) {
        scratch.starts.removeAll(keepingCapacity: true)
        scratch.ends.removeAll(keepingCapacity: true)
        for (offset, symbol) in scratch.symbols.enumerated() where symbol != Self.noToken {
            scratch.symbols[scratch.starts.count] = symbol
            scratch.starts.append(UInt32(offset))
            scratch.ends.append(UInt32(offset + 1))
        }
        scratch.symbols.removeSubrange(scratch.starts.count...)
    }

    func emit(_ scratch: BytePairScratch, from wordStart: Int, into sink: inout TokenSink) {
        var start = wordStart
        for (index, symbol) in scratch.symbols.enumerated() {
            let end: Int
            if scratch.hasGaps {
                start = wordStart + Int(scratch.starts[index])
                end = wordStart + Int(scratch.ends[index])
            } else {
                end = start + vocabulary.byteCount(of: Int(symbol))
            }
            sink.append(Int(symbol), start..<end)
            start = end
        }
    }

    /// Looks at all pairs for each merge: the quickest way for short words.
    private func mergeByScanning(_ scratch: inout BytePairScratch) {
        let count = scratch.symbols.count
        scratch.ranks.removeAll(keepingCapacity: true)
        for index in 0..<count { scratch.ranks.append(rank(scratch.symbols, index)) }
        while true {
            var best = MergeTable.noRank
            var place = 0
            for (index, rank) in scratch.ranks.enumerated() where rank < best {
                best = rank
                place = index
            }
            guard best != MergeTable.noRank else { return }
            scratch.symbols[place] = merges.product(of: best)
            scratch.symbols.remove(at: place + 1)
            scratch.ranks.remove(at: place + 1)
            scratch.ranks[place] = rank(scratch.symbols, place)
            if place > 0 { scratch.ranks[place - 1] = rank(scratch.symbols, place - 1) }
            guard scratch.hasGaps else { continue }
            scratch.ends[place] = scratch.ends[place + 1]
            scratch.starts.remove(at: place + 1)
            scratch.ends.remove(at: place + 1)
        }
    }

    @inline(__always)
    private func rank(_ symbols: [UInt32], _ index: Int) -> UInt32 {
        guard index + 1 < symbols.count else { return MergeTable.noRank }
        return merges.rank(symbols[index], symbols[index + 1])
    }
}
