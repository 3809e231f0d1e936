import TestFixtures
import Testing

@testable import ScopeTokenizers

@Suite struct UnigramTests {
    private static let pieces: [(String, Double)] = [
        ("<unk>", 0), ("a", -2), ("b", -2.5), ("ab", -3.75), ("ba", -3.25), ("aba", -6), ("é", -4),
        ("aé", -5.5), ("日", -7), ("bb", -6), ("日日", -9.5), ("abab", -7.625),
    ]

    private static func model(fallsBack: Bool = false) -> UnigramModel {
        var pieces = pieces
        if fallsBack {
            for byte in UInt8.min...UInt8.max {
                let name = String(decoding: UnknownCharacters.spelling(of: byte), as: UTF8.self)
                pieces.append((name, 0))
            }
        }
        var vocabulary = Vocabulary(capacity: pieces.count, spellsBytes: false)
        for (id, piece) in pieces.enumerated() {
            let isNew = vocabulary.insert(spelling: Array(piece.0.utf8), id: id)
            #expect(isNew)
        }
        return UnigramModel(
            vocabulary: vocabulary, scores: pieces.map(\.1), unknownToken: 0,
            fallsBackToBytes: fallsBack)
    }

    /// The best sum over all ways to cut a word.
    private static func bestScore(_ word: Substring) -> Double {
        if word.isEmpty { return 0 }
        var best = -Double.infinity
        for end in word.indices.dropFirst() + [word.endIndex] {
            let head = String(word[..<end])
            let rest = word[end...]
            if let piece = pieces.first(where: { $0.0 == head }) {
                best = max(best, piece.1 + bestScore(rest))
            } else if head.unicodeScalars.count == 1 {
                // Ten below the worst token.
                best = max(best, -9.5 - 10 + bestScore(rest))
            }
        }
        return best
    }

    @Test func findsTheBestSum() {
        let model = Self.model()
        let alphabet = Array("aaabbbé日x")
        var generator = SplitMix(state: 3)
        for _ in 0..<300 {
            let length = Int(generator.next() % 11)
            let text = String(
                (0..<length).map { _ in
                    alphabet.randomElement(using: &generator) ?? "a"
                })
            let word = Array(text.utf8)
            var sink = TokenSink(keepsSpans: true)
            model.encode(word.span, word.indices, into: &sink)
            var score = 0.0
            var end = 0
            for (id, span) in zip(sink.ids, sink.spans) {
                let piece = String(decoding: word[span ?? 0..<0], as: UTF8.self)
                #expect(span?.lowerBound == end)
                end = span?.upperBound ?? -1
                if id == 0 {
                    #expect(piece.allSatisfy { $0 == "x" })
                    score -= 19.5 * Double(piece.count)
                } else {
                    #expect(piece == Self.pieces[id].0)
                    score += Self.pieces[id].1
                }
            }
            #expect(end == word.count)
            #expect(abs(score - Self.bestScore(text[...])) < 1e-9, "\(text)")
        }
    }

    @Test func unknownRunsFuseOrFallBack() {
        func encode(_ model: UnigramModel, _ text: String) -> TokenSink {
            let word = Array(text.utf8)
            var sink = TokenSink(keepsSpans: true)
            model.encode(word.span, word.indices, into: &sink)
            return sink
        }
        let fused = encode(Self.model(), "axyab")
        #expect(fused.ids == [1, 0, 3])
        #expect(fused.spans == [0..<1, 1..<3, 3..<5])
        let bytes = encode(Self.model(fallsBack: true), "aèa")
        #expect(bytes.ids == [1, Self.pieces.count + 0xC3, Self.pieces.count + 0xA8, 1])
        #expect(bytes.spans == [0..<1, 1..<2, 2..<3, 3..<4])
    }

    @Test(arguments: ["ab", "x", "日"])
    func oneLongWordEndsInTime(_ unit: String) {
        let model = Self.model(fallsBack: true)
        let word = Array(String(repeating: unit, count: 300_000 / unit.utf8.count).utf8)
        var sink = TokenSink(keepsSpans: false)
        let start = ProcessorTime.ofThread()
        model.encode(word.span, word.indices, into: &sink)
        #expect(ProcessorTime.ofThread() - start < 60)
        #expect(sink.ids.count >= word.count / 6)
    }
}
