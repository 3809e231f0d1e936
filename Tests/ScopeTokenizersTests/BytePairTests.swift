import TestFixtures
import Testing

@testable import ScopeTokenizers

@Suite struct BytePairTests {
    private static func model(_ merges: [(String, String)]) -> BytePairModel {
        var vocabulary = Vocabulary(capacity: 256 + merges.count)
        for byte in UInt8.min...UInt8.max {
            let spelling = Array(ByteAlphabet.spelling(of: [byte]).utf8)
            _ = vocabulary.insert(spelling: spelling, id: Int(byte))
        }
        var table = MergeTable(capacity: merges.count)
        for (left, right) in merges {
            let product = Array((left + right).utf8)
            if vocabulary.id(ofSpelling: product) == nil {
                _ = vocabulary.insert(spelling: product, id: vocabulary.idLimit)
            }
            let ids = [left, right, left + right].compactMap {
                vocabulary.id(ofSpelling: Array($0.utf8))
            }
            table.append(left: ids[0], right: ids[1], product: ids[2])
        }
        return BytePairModel(vocabulary: vocabulary, merges: table, ignoresMerges: false)
    }

    private static let merges = [
        ("a", "b"), ("b", "a"), ("ab", "ab"), ("a", "a"), ("aa", "b"), ("b", "c"), ("ab", "c"),
        ("c", "c"), ("cc", "cc"), ("abab", "abab"), ("ba", "bc"), ("aab", "cc"),
    ]

    private static func encode(_ model: BytePairModel, _ word: [UInt8]) -> TokenSink {
        var sink = TokenSink(keepsSpans: true)
        var scratch = BytePairScratch()
        model.encode(word.span, word.indices, scratch: &scratch, into: &sink)
        return sink
    }

    /// Merges by definition: the first of all adjacent pairs of the lowest rank, over and over.
    private static func reference(_ model: BytePairModel, _ word: [UInt8]) -> [Int] {
        var symbols = word.map { UInt32($0) }
        while true {
            let ranks = zip(symbols, symbols.dropFirst()).map { model.merges.rank($0, $1) }
            guard let best = ranks.min(), best != MergeTable.noRank,
                let place = ranks.firstIndex(of: best)
            else { return symbols.map { Int($0) } }
            symbols[place] = model.merges.product(of: best)
            symbols.remove(at: place + 1)
        }
    }

    @Test func shortAndLongWordsMergeByDefinition() {
        let model = Self.model(Self.merges)
        var generator = SplitMix(state: 11)
        for round in 0..<400 {
            let length = round % 2 == 0 ? Int(generator.next() % 60) : Int(generator.next() % 300)
            let word = (0..<length).map { _ in UInt8(ascii: "a") + UInt8(generator.next() % 3) }
            let sink = Self.encode(model, word)
            #expect(sink.ids == Self.reference(model, word))
            var end = 0
            for (id, span) in zip(sink.ids, sink.spans) {
                #expect(span == end..<end + model.vocabulary.byteCount(of: id))
                end = span?.upperBound ?? -1
            }
            #expect(end == length)
        }
    }

    @Test func mergesOneLongWordInTime() {
        let model = Self.model(Self.merges)
        let word = [UInt8](repeating: UInt8(ascii: "c"), count: 1_000_000)
        let start = ProcessorTime.ofThread()
        let sink = Self.encode(model, word)
        #expect(ProcessorTime.ofThread() - start < 60)
        #expect(sink.ids.count == 250_000)
    }

    @Test func cacheStartsAnewWhenFull() {
        let model = Self.model(Self.merges)
        var scratch = BytePairScratch()
        for round in 0..<3 {
            for number in 0..<20_000 {
                let word = Array("ab\(number * (round + 1))".utf8)
                var sink = TokenSink(keepsSpans: false)
                model.encode(word.span, word.indices, scratch: &scratch, into: &sink)
                let digits = word.dropFirst(2).map { Int($0) }
                if sink.ids != [256] + digits { Issue.record("\(number): \(sink.ids)") }
            }
        }
    }

    @Test func alphabetIsTheOneOfGPT2() {
        #expect(ByteAlphabet.scalars.count == 256)
        #expect(Set(ByteAlphabet.scalars).count == 256)
        #expect(ByteAlphabet.spelling(of: [0, 10, 32, 33, 127, 160, 173, 255]) == "ĀĊĠ!ġłŃÿ")
        for byte in UInt8.min...UInt8.max {
            let spelling = Array(ByteAlphabet.spelling(of: [byte]).utf8)
            #expect(ByteAlphabet.decodedBytes(of: spelling) == [byte])
        }
        for other in ["a b", "日", "\u{144}", "Ġ\n", "<｜x▁y｜>"] {
            #expect(ByteAlphabet.decodedBytes(of: Array(other.utf8)) == Array(other.utf8))
        }
    }
}

/// A small generator with a seed, so that a failure can be repeated.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
