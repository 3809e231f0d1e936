import ScopeFiles
import TestFixtures
import Testing

@testable import ScopeTokenizers

/// Random texts through every tokenizer of the golden data.
@Suite struct RoundTripTests {
    /// Scalars of all lengths in UTF-8, blanks and marks among them.
    private static func scalar(_ generator: inout SplitMix) -> Unicode.Scalar {
        let ranges: [ClosedRange<UInt32>] = [
            0x20...0x7E, 0x61...0x7A, 0x20...0x20, 0x00...0x1F, 0x80...0x24F, 0x370...0x52F,
            0x4E00...0x9FFF, 0xAC00...0xD7A3, 0x1F300...0x1F6FF, 0x0300...0x036F,
            0xE000...0x10FFFF, 0xFFFD...0xFFFD,
        ]
        while true {
            let range = ranges[Int(generator.next() % UInt64(ranges.count))]
            let value = UInt32.random(in: range, using: &generator)
            if let scalar = Unicode.Scalar(value), value != 0x2581 { return scalar }
        }
    }

    private static func text(_ round: Int, _ generator: inout SplitMix) -> String {
        let length = Int(generator.next() % 80)
        guard round % 2 == 0 else {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            return String(decoding: bytes, as: UTF8.self)
        }
        var text = String.UnicodeScalarView()
        for _ in 0..<length { text.append(scalar(&generator)) }
        return String(text)
    }

    /// What a kind does not keep: nothing for bytes or characters that all have tokens.
    private enum Loss {
        case nothing
        /// A blank at the very beginning is the mark that would be put there.
        case leadingBlank
        /// Normalization or a small alphabet.
        case text
    }

    private static func loss(_ name: String) -> Loss {
        switch name {
        case "gemma", "llama2", "llama2-sentencepiece", "gpt2", "gpt2-vocab-merges", "llama3",
            "o200k", "starcoder", "deepseek":
            .nothing
        case "metaspace", "unigram": .leadingBlank
        default: .text
        }
    }

    /// A text without a border in it: merges, lattices and matches all span the whole.
    @Test(arguments: TokenizerFixture.all)
    func aTextOfOneWordEndsInTime(_ fixture: TokenizerFixture) throws {
        #if DEBUG
            let length = 20_000
        #else
            let length = 10_000_000
        #endif
        let tokenizer = try fixture.tokenizer()
        var generator = SplitMix(state: 5)
        let letters = (0..<4096).map { _ in UInt8(0x61 + generator.next() % 26) }
        for unit in [[0x78], Array("日".utf8), letters] as [[UInt8]] {
            let bytes = (0..<length / unit.count * unit.count).map { unit[$0 % unit.count] }
            let text = String(decoding: bytes, as: UTF8.self)
            let start = ProcessorTime.ofThread()
            let ids = tokenizer.encode(text: text)
            #expect(ProcessorTime.ofThread() - start < 60)
            #expect(ids.count <= length + 2)
            // A vocabulary may lack the character.
            if Self.loss(fixture.folder.name) != .text {
                #expect(tokenizer.decode(tokens: ids) == text)
            }
        }
    }

    @Test(arguments: TokenizerFixture.all)
    func randomTexts(_ fixture: TokenizerFixture) throws {
        let tokenizer = try fixture.tokenizer()
        let loss = Self.loss(fixture.folder.name)
        var generator = SplitMix(state: 2026)
        for round in 0..<100 {
            let text = Self.text(round, &generator)
            let name = Comment(rawValue: text.debugDescription)
            let encoding = tokenizer.encoding(of: text)
            #expect(tokenizer.encode(text: text) == encoding.ids, name)
            var end = 0
            for span in encoding.sourceSpans.compactMap(\.self) {
                #expect(span.lowerBound >= end && span.upperBound <= text.utf8.count, name)
                if loss != .text { #expect(span.lowerBound == end, name) }
                end = span.upperBound
            }
            if loss != .text { #expect(end == text.utf8.count, name) }
            let isKept =
                loss == .nothing || loss == .leadingBlank && text.utf8.first != UInt8(ascii: " ")
            if isKept {
                let decoded = tokenizer.decode(tokens: encoding.ids)
                #expect(decoded.utf8.elementsEqual(text.utf8), name)
                var detokenizer = tokenizer.makeDetokenizer()
                let pieces = encoding.ids.flatMap { detokenizer.append($0) }
                #expect(pieces.elementsEqual(text.utf8), name)
            }
        }
    }
}
