import TestFixtures
import Testing

@testable import ScopeTokenizers

@Suite struct CharacterPairTests {
    private static let pieces = [
        "<unk>", "▁", "a", "b", "c", "é", "日", "ab", "▁a", "▁ab", "aé", "bc", "abc", "cc", "cccc",
        "日日", "é日", "aa", "▁▁", "▁▁▁▁",
    ]

    private static func vocabulary(_ pieces: [String]) -> Vocabulary {
        var vocabulary = Vocabulary(capacity: pieces.count, spellsBytes: false)
        for (id, piece) in pieces.enumerated() {
            let isNew = vocabulary.insert(spelling: Array(piece.utf8), id: id)
            #expect(isNew)
        }
        return vocabulary
    }

    private static func model(
        _ rules: UnknownCharacters, extra: [String] = [], merges: [(String, String)] = []
    ) -> CharacterPairModel {
        var all = pieces
        all += extra
        let vocabulary = vocabulary(all)
        var pairs = merges
        for piece in pieces {
            for cut in piece.indices.dropFirst() {
                let parts = (String(piece[..<cut]), String(piece[cut...]))
                if all.contains(parts.0), all.contains(parts.1) { pairs.append(parts) }
            }
        }
        var table = MergeTable(capacity: pairs.count)
        for (left, right) in pairs {
            let ids = [left, right, left + right].compactMap {
                vocabulary.id(ofSpelling: Array($0.utf8))
            }
            table.append(left: ids[0], right: ids[1], product: ids[2])
        }
        var rules = rules
        if rules.byteTokens != nil {
            rules.byteTokens = UnknownCharacters.byteTokens(in: vocabulary)
        }
        return CharacterPairModel(
            pairs: BytePairModel(vocabulary: vocabulary, merges: table, ignoresMerges: false),
            unknown: rules)
    }

    /// Merges a whole word by definition, without cutting it.
    private static func reference(_ model: CharacterPairModel, _ text: String) -> [Int] {
        var symbols: [UInt32] = []
        var pending: UInt32?
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if let id = model.vocabulary.id(ofSpelling: bytes) {
                if let unknown = pending { symbols.append(unknown) }
                pending = nil
                symbols.append(UInt32(id))
            } else if let table = model.unknown.byteTokens,
                bytes.allSatisfy({ table[Int($0)] != BytePairModel.noToken })
            {
                symbols += bytes.map { table[Int($0)] }
            } else if let unknown = model.unknown.unknownToken {
                if !model.unknown.isFused, let last = pending { symbols.append(last) }
                pending = unknown
            }
        }
        if let pending { symbols.append(pending) }
        while true {
            let ranks = zip(symbols, symbols.dropFirst()).map { model.pairs.merges.rank($0, $1) }
            guard let best = ranks.min(), best != MergeTable.noRank,
                let place = ranks.firstIndex(of: best)
            else { return symbols.map { Int($0) } }
            symbols[place] = model.pairs.merges.product(of: best)
            symbols.remove(at: place + 1)
        }
    }

    private static let bytes = (0..<256).map {
        String(decoding: UnknownCharacters.spelling(of: UInt8($0)), as: UTF8.self)
    }

    static let models: [(String, CharacterPairModel)] = [
        ("fused", model(UnknownCharacters(unknownToken: 0, isFused: true))),
        ("unknown", model(UnknownCharacters(unknownToken: 0))),
        ("nothing", model(UnknownCharacters())),
        (
            "bytes",
            model(
                UnknownCharacters(byteTokens: [], unknownToken: 0, isFused: true), extra: bytes)
        ),
        (
            "some bytes",
            model(
                UnknownCharacters(byteTokens: [], unknownToken: 0, isFused: true),
                extra: Array(bytes[0..<0xE0]))
        ),
        (
            "merging bytes",
            model(
                UnknownCharacters(byteTokens: [], unknownToken: 0, isFused: true),
                extra: bytes + ["<0xC3><0xA8>", "a<unk>"],
                merges: [("<0xC3>", "<0xA8>")])
        ),
    ]

    @Test(arguments: models.indices)
    func cuttingChangesNothing(_ index: Int) {
        let (name, model) = Self.models[index]
        let alphabet = Array("aabbcc▁▁▁é日x本è\u{1F600}".unicodeScalars)
        var generator = SplitMix(state: 7)
        for round in 0..<600 {
            let length = Int(generator.next() % (round % 3 == 0 ? 120 : 20))
            var text = String.UnicodeScalarView()
            for _ in 0..<length { text.append(alphabet.randomElement(using: &generator) ?? "a") }
            let word = Array(String(text).utf8)
            var sink = TokenSink(keepsSpans: true)
            var scratch = BytePairScratch()
            for _ in 0..<2 {
                sink = TokenSink(keepsSpans: true)
                model.encode(word.span, word.indices, scratch: &scratch, into: &sink)
                let expected = Self.reference(model, String(text))
                #expect(sink.ids == expected, "\(name): \(String(text))")
            }
            // Where only some bytes have tokens, the reference puts unknown ones behind others.
            let tiles = name != "nothing" && name != "some bytes"
            var end = 0
            for span in sink.spans.compactMap(\.self) {
                #expect(span.lowerBound >= end && span.upperBound <= word.count)
                if tiles { #expect(span.lowerBound == end) }
                end = span.upperBound
            }
            if tiles { #expect(end == word.count) }
        }
    }

    @Test(arguments: ["c", "日", "x", "▁", "ab ", "本"])
    func oneLongWordEndsInTime(_ unit: String) throws {
        let model = Self.models[3].1
        let word = Array(String(repeating: unit, count: 300_000 / unit.utf8.count).utf8)
        var sink = TokenSink(keepsSpans: false)
        var scratch = BytePairScratch()
        let start = ProcessorTime.ofThread()
        model.encode(word.span, word.indices, scratch: &scratch, into: &sink)
        #expect(ProcessorTime.ofThread() - start < 60)
        #expect(sink.ids.count >= word.count / 12)
        #expect(scratch.symbols.capacity <= 1 << 16)
    }
}
