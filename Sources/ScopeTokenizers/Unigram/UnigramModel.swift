/// The unigram language model of Kudo (2018): a word becomes the tokens whose scores, which are
/// logarithms of probabilities, have the largest sum.
struct UnigramModel: Sendable {
    /// How far below the worst token an unknown character is scored, as in SentencePiece.
    private static let unknownPenalty = 10.0

    let vocabulary: Vocabulary
    private let scores: [Double]
    private let trie: ByteTrie
    private let unknownToken: Int
    private let unknownScore: Double
    /// For each byte the token that stands for it, or nothing if characters do not fall back.
    private let unknown: UnknownCharacters

    /// Prepares a model.
    ///
    /// - Parameters:
    ///   - vocabulary: the tokens, spelled as they stand in a text; ids without a gap.
    ///   - scores: one finite score for each id.
    ///   - unknownToken: the token for characters that are not in the vocabulary.
    ///   - fallsBackToBytes: whether those become the tokens of their bytes where these exist.
    init(
        vocabulary: Vocabulary, scores: [Double], unknownToken: Int, fallsBackToBytes: Bool
    ) {
        precondition(scores.count == vocabulary.idLimit, "one score for each id")
        self.vocabulary = vocabulary
        self.scores = scores
        self.unknownToken = unknownToken
        unknownScore = (scores.min() ?? 0) - Self.unknownPenalty
        var trie = ByteTrie()
        var spelling: [UInt8] = []
        for id in 0..<vocabulary.idLimit {
            spelling.removeAll(keepingCapacity: true)
            vocabulary.appendBytes(of: id, to: &spelling)
            if !spelling.isEmpty { trie.insert(spelling, token: id) }
        }
        self.trie = trie
        unknown = UnknownCharacters(
            byteTokens: fallsBackToBytes ? UnknownCharacters.byteTokens(in: vocabulary) : nil)
    }

    /// The best way to reach a place of the word.
    private struct Arrival {
        var score = 0.0
        /// Where its last token starts, or -1 if the place cannot be reached.
        var start: Int32 = -1
        var token: Int32 = 0
    }

    /// Encodes one word.
    ///
    /// - Complexity: O(n) in the bytes of the word times the length of the longest token.
    func encode(_ bytes: Span<UInt8>, _ word: Range<Int>, into sink: inout TokenSink) {
        guard !word.isEmpty else { return }
        var end = word.count
        // A run of unknown characters counts as one.
        var runEnd: Int?
        var pieces: [(token: Int, range: Range<Int>)] = []
        let arrivals = arrivals(bytes, word)
        while end > 0 {
            let arrival = arrivals[end]
            let start = Int(arrival.start)
            if Int(arrival.token) == unknownToken {
                runEnd = runEnd ?? end
            } else {
                if let last = runEnd { pieces.append((unknownToken, end..<last)) }
                runEnd = nil
                pieces.append((Int(arrival.token), start..<end))
            }
            end = start
        }
        if let runEnd { pieces.append((unknownToken, 0..<runEnd)) }
        let base = word.lowerBound
        for piece in pieces.reversed() {
            let range = base + piece.range.lowerBound..<base + piece.range.upperBound
            append(piece.token, bytes, range, to: &sink)
        }
    }

    private func append(
        _ token: Int, _ bytes: Span<UInt8>, _ range: Range<Int>, to sink: inout TokenSink
    ) {
        guard token == unknownToken else {
            sink.append(token, range)
            return
        }
        if let known = vocabulary.id(of: bytes, range) {
            sink.append(known, range)
        } else if unknown.fallsBack(bytes, range), let byteTokens = unknown.byteTokens {
            for position in range {
                sink.append(Int(byteTokens[Int(bytes[position])]), position..<position + 1)
            }
        } else {
            sink.append(token, range)
        }
    }

    /// Viterbi's algorithm from left to right; of equal sums the one found first stays.
    private func arrivals(_ bytes: Span<UInt8>, _ word: Range<Int>) -> [Arrival] {
        var arrivals = [Arrival](repeating: Arrival(), count: word.count + 1)
        let base = word.lowerBound
        var start = 0
        while start < word.count {
            let scoreSoFar = arrivals[start].score
            let next = decodeScalar(bytes, at: base + start).end - base
            var isKnown = false
            var node = ByteTrie.root
            var end = start
            while end < word.count, let child = trie.child(of: node, bytes[base + end]) {
                node = child
                end += 1
                guard let token = trie.token(at: node) else { continue }
                improve(&arrivals[end], start, token, scoreSoFar + scores[token])
                if end == next { isKnown = true }
            }
            if !isKnown {
                improve(&arrivals[next], start, unknownToken, scoreSoFar + unknownScore)
            }
            start = next
        }
        return arrivals
    }

    @inline(__always)
    private func improve(_ arrival: inout Arrival, _ start: Int, _ token: Int, _ score: Double) {
        guard arrival.start < 0 || score > arrival.score else { return }
        arrival = Arrival(score: score, start: Int32(start), token: Int32(token))
    }
}
