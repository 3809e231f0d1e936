import ScopeFiles
import ScopeTrace
import Testing
import TestFixtures

@testable import ScopeTokenizers

/// Every case of every tokenizer, exactly.
@Suite struct GoldenTokenizerTests {
    @Test func rootsHoldTokenizers() {
        for root in Fixtures.roots {
            let names = TokenizerFixture.complete.filter { $0.folder.root == root.name }.count
            #expect(names >= 12 && names == root.names("tokenizers").count - 1)
            #expect(TokenizerFixture.inGGUF.filter { $0.folder.root == root.name }.count >= 8)
        }
    }

    @Test(arguments: TokenizerFixture.complete + TokenizerFixture.completeInGGUF)
    func encodes(_ fixture: TokenizerFixture) throws {
        let tokenizer = try fixture.tokenizer()
        let root = try fixture.cases()
        var count = 0
        for golden in try root.required("cases").elements() {
            let text = try golden.required("text").string()
            let name = Comment(rawValue: text.debugDescription)
            let ids = try golden.required("ids_no_special").ints()
            let encoding = tokenizer.encoding(of: text)
            #expect(encoding.ids == ids, name)
            #expect(tokenizer.encode(text: text) == ids, name)
            let withSpecial = tokenizer.encoding(of: text, addSpecialTokens: true)
            #expect(try withSpecial.ids == golden.required("ids").ints(), name)
            if let spans = try golden.required("spans").ranges() {
                #expect(encoding.sourceSpans == spans, name)
            } else {
                #expect(try golden.required("nfc_changed").bool())
                #expect(encoding.sourceSpans.contains(nil), name)
            }
            try checkSpellings(golden, tokenizer, text, encoding)
            count += 1
        }
        #expect(try count == root.required("n_cases").int())
    }

    /// The reference spells an added token as it stands in the text, white space included.
    private func checkSpellings(
        _ golden: JSONValue, _ tokenizer: any Tokenizer, _ text: String, _ encoding: Encoding
    ) throws {
        guard let spellings = golden["tokens_no_special"] else { return }
        let expected = try spellings.elements().map { try $0.string() }
        #expect(expected.count == encoding.ids.count)
        for ((id, span), spelling) in zip(zip(encoding.ids, encoding.sourceSpans), expected) {
            let own = try #require(tokenizer.convertIdToToken(id))
            #expect(tokenizer.convertTokenToId(own) == id)
            if own.utf8.elementsEqual(spelling.utf8) { continue }
            let bytes = try Array(text.utf8)[#require(span)]
            #expect(bytes.elementsEqual(spelling.utf8))
            // An unknown character is spelled as itself.
            if own == "<unk>" { continue }
            let trimmed = String(decoding: bytes, as: UTF8.self).drop(while: \.isWhitespace)
            #expect(trimmed.hasPrefix(own))
        }
    }

    @Test(arguments: TokenizerFixture.complete + TokenizerFixture.completeInGGUF)
    func decodes(_ fixture: TokenizerFixture) throws {
        let tokenizer = try fixture.tokenizer()
        let root = try fixture.cases()
        for golden in try root.required("cases").elements() {
            let ids = try golden.required("ids_no_special").ints()
            let idsFull = try golden.required("ids").ints()
            let decoded = try golden.required("decoded").string()
            func expected(_ name: String) throws -> String {
                try golden[name]?.string() ?? decoded
            }
            #expect(tokenizer.decode(tokens: ids) == decoded)
            #expect(
                try tokenizer.decode(tokens: ids, skipSpecialTokens: true)
                    == expected("decoded_skip_special"))
            #expect(try tokenizer.decode(tokens: idsFull) == expected("decoded_full"))
            #expect(
                try tokenizer.decode(tokenIds: idsFull, skipSpecialTokens: true)
                    == expected("decoded_full_skip_special"))
            checkStreaming(tokenizer, ids)
            checkStreaming(tokenizer, idsFull)
        }
        for golden in try root.required("decode_cases").elements() {
            let ids = try golden.required("ids").ints()
            checkStreaming(tokenizer, ids)
            #expect(try tokenizer.decode(tokens: ids) == golden.required("text").string())
            #expect(
                try tokenizer.decode(tokens: ids, skipSpecialTokens: true)
                    == golden.required("text_skip_special").string())
        }
        for golden in try root.required("prefix_decode").elements() {
            let ids = try golden.required("ids").ints()
            let texts = try golden.required("prefix_texts").elements().map { try $0.string() }
            #expect(texts.count == ids.count)
            for (index, text) in texts.enumerated() {
                #expect(tokenizer.decode(tokens: Array(ids[...index])) == text)
            }
        }
    }

    /// The pieces follow one another to the decoded text, with U+FFFD for broken bytes.
    private func checkStreaming(_ tokenizer: any Tokenizer, _ ids: [Int]) {
        var detokenizer = tokenizer.makeDetokenizer()
        var bytes: [UInt8] = []
        var run: [UInt8] = []
        var runCount = 0
        func closeRun() {
            let isValid = String(validating: run, as: UTF8.self) != nil
            bytes += isValid ? run : (0..<runCount).flatMap { _ in "\u{FFFD}".utf8 }
            run = []
            runCount = 0
        }
        for id in ids {
            let piece = detokenizer.append(id)
            let spelling = tokenizer.convertIdToToken(id) ?? ""
            if spelling.hasPrefix("<0x"), spelling.hasSuffix(">"), spelling.utf8.count == 6 {
                run += piece
                runCount += 1
            } else {
                closeRun()
                bytes += piece
            }
        }
        closeRun()
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.utf8.elementsEqual(tokenizer.decode(tokens: ids).utf8))
    }

    @Test(arguments: TokenizerFixture.complete + TokenizerFixture.completeInGGUF)
    func describesItsVocabulary(_ fixture: TokenizerFixture) throws {
        let tokenizer = try fixture.tokenizer()
        let root = try fixture.cases()
        let size = try root.required("vocab_size_with_added").int()
        #expect(tokenizer.vocabularySize == size)
        let special = Set(try root.required("special_ids").ints())
        for id in 0..<size {
            #expect(tokenizer.bytes(of: id) != nil)
            if special.contains(id) { #expect(tokenizer.role(of: id) != .text) }
            let skipped = tokenizer.decode(tokens: [id], skipSpecialTokens: true)
            if special.contains(id) { #expect(skipped.isEmpty) }
        }
        for id in [-1, size, Int.max, Int.min] {
            #expect(tokenizer.bytes(of: id) == nil)
            #expect(tokenizer.convertIdToToken(id) == nil)
            #expect(tokenizer.role(of: id) == .text)
            #expect(tokenizer.decode(tokens: [id]).isEmpty)
        }
    }
}
