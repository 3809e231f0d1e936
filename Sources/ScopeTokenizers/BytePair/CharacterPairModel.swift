/// Byte-pair encoding on characters, as SentencePiece does it.
///
/// A word starts as its characters; those that are no token become the tokens of their bytes, or
/// the unknown token. Files of this kind often cut no words at all, so a whole text would be one
/// word: it is cut here where no merge can reach across.
struct CharacterPairModel: Sendable {
    let pairs: BytePairModel
    let unknown: UnknownCharacters

    private let neighbours: ScalarPairSet
    private let isCut: Bool

    var vocabulary: Vocabulary { pairs.vocabulary }

    /// Prepares a model.
    ///
    /// - Parameters:
    ///   - pairs: the vocabulary, spelled as it stands in a text, and the merges.
    ///   - unknown: what becomes of characters that are not in the vocabulary.
    init(pairs: BytePairModel, unknown: UnknownCharacters) {
        self.pairs = pairs
        self.unknown = unknown
        var neighbours = ScalarPairSet()
        var spelling: [UInt8] = []
        for rank in 0..<pairs.merges.count {
            spelling.removeAll(keepingCapacity: true)
            pairs.vocabulary.appendBytes(
                of: Int(pairs.merges.product(of: UInt32(rank))), to: &spelling)
            neighbours.insertPairs(of: spelling)
        }
        self.neighbours = neighbours
        // Tokens that stand for other text than they spell make the spellings say too little, and
        // so do characters that vanish, as what is around them may merge.
        let byteTokens = unknown.byteTokens ?? []
        let standIns = byteTokens + [unknown.unknownToken].compactMap(\.self)
        let mayVanish =
            unknown.unknownToken == nil
            && (byteTokens.isEmpty || byteTokens.contains(BytePairModel.noToken))
        isCut = !mayVanish && !pairs.merges.contains(anyOf: Set(standIns))
    }

    /// Encodes one word, which no token crosses the ends of.
    ///
    /// - Complexity: O(n log n) in the bytes of the word.
    func encode(
        _ bytes: Span<UInt8>, _ word: Range<Int>, scratch: inout BytePairScratch,
        into sink: inout TokenSink
    ) {
        if pairs.ignoresMerges, let token = vocabulary.id(of: bytes, word) {
            sink.append(token, word)
            return
        }
        guard isCut, !word.isEmpty else {
            encodeSegment(bytes, word, scratch: &scratch, into: &sink)
            return
        }
        var start = word.lowerBound
        var (previous, position) = decodeScalar(bytes, at: start)
        var previousStart = start
        while position < word.upperBound {
            let (scalar, end) = decodeScalar(bytes, at: position)
            if !neighbours.contains(previous.value, scalar.value),
                isKnown(bytes, previousStart..<position) || isKnown(bytes, position..<end)
            {
                encodeSegment(bytes, start..<position, scratch: &scratch, into: &sink)
                start = position
            }
            previousStart = position
            previous = scalar
            position = end
        }
        encodeSegment(bytes, start..<word.upperBound, scratch: &scratch, into: &sink)
    }

    @inline(__always)
    private func token(_ bytes: Span<UInt8>, _ character: Range<Int>) -> UInt32 {
        if character.count == 1 { return pairs.byteTokens[Int(bytes[character.lowerBound])] }
        return vocabulary.id(of: bytes, character).map { UInt32($0) } ?? BytePairModel.noToken
    }

    private func isKnown(_ bytes: Span<UInt8>, _ character: Range<Int>) -> Bool {
        token(bytes, character) != BytePairModel.noToken
    }

    private func encodeSegment(
        _ bytes: Span<UInt8>, _ segment: Range<Int>, scratch: inout BytePairScratch,
        into sink: inout TokenSink
    ) {
        guard segment.count <= WordCache.longestWord else {
            merge(bytes, segment, scratch: &scratch)
            pairs.emit(scratch, from: segment.lowerBound, into: &sink)
            scratch.trim()
            return
        }
        let hash = scratch.words.hash(bytes, segment)
        guard let found = scratch.words.find(bytes, segment, hash: hash) else {
            merge(bytes, segment, scratch: &scratch)
            pairs.emit(scratch, from: segment.lowerBound, into: &sink)
            if !scratch.hasGaps {
                scratch.words.insert(bytes, segment, hash: hash, tokens: scratch.symbols)
            }
            return
        }
        var start = segment.lowerBound
        for place in found {
            let token = Int(scratch.words[place])
            let end = start + vocabulary.byteCount(of: token)
            sink.append(token, start..<end)
            start = end
        }
    }

    /// Leaves the tokens of a segment in `scratch.symbols`.
    private func merge(
        _ bytes: Span<UInt8>, _ segment: Range<Int>, scratch: inout BytePairScratch
    ) {
        scratch.symbols.removeAll(keepingCapacity: true)
        scratch.starts.removeAll(keepingCapacity: true)
        scratch.ends.removeAll(keepingCapacity: true)
        scratch.hasGaps = false
        let base = segment.lowerBound
        // A run of unknown characters that has not been written yet. As in the reference, a
        // character that falls back to bytes does not end it.
        var pending: Range<Int>?
        var position = base
        while position < segment.upperBound {
            let end = decodeScalar(bytes, at: position).end
            let character = position..<end
            position = end
            let token = token(bytes, character)
            if token != BytePairModel.noToken {
                writeUnknown(&pending, base, &scratch)
                scratch.append(token, from: character.lowerBound - base, to: end - base)
                continue
            }
            scratch.hasGaps = true
            if unknown.fallsBack(bytes, character), let byteTokens = unknown.byteTokens {
                for place in character {
                    scratch.append(
                        byteTokens[Int(bytes[place])], from: place - base, to: place - base + 1)
                }
            } else if unknown.unknownToken != nil {
                if !unknown.isFused { writeUnknown(&pending, base, &scratch) }
                pending = (pending?.lowerBound ?? character.lowerBound)..<end
            }
        }
        writeUnknown(&pending, base, &scratch)
        pairs.mergeSymbols(&scratch)
    }

    private func writeUnknown(
        _ pending: inout Range<Int>?, _ base: Int, _ scratch: inout BytePairScratch
    ) {
        guard let range = pending, let token = unknown.unknownToken else { return }
        scratch.append(token, from: range.lowerBound - base, to: range.upperBound - base)
        pending = nil
    }
}
