import ScopeFiles
import ScopeTrace
import Testing
import TestFixtures

@testable import ScopeTokenizers

/// Vocabularies that SentencePiece trained.
@Suite struct SentencePieceTests {
    static let fixtures = TokenizerFixture.all.filter { $0.folder.contains("tokenizer.model") }

    @Test(arguments: fixtures)
    func readsTheConvertedFile(_ fixture: TokenizerFixture) throws {
        try check(fixture, fixture.tokenizer())
    }

    @Test(arguments: fixtures)
    func readsTheModelAlone(_ fixture: TokenizerFixture) throws {
        let model = try fixture.folder.contents("tokenizer.model")
        let alone = try AutoTokenizer.from(
            FileFolder(
                name: "alone",
                files: [
                    FileContents(copying: model.copy(0..<model.byteCount), name: "tokenizer.model")
                ]))
        try check(fixture, alone)
        try compare(alone, fixture.tokenizer())
    }

    @Test(arguments: TokenizerFixture.inGGUF.filter { $0.folder.contains("tokenizer.model") })
    func readsTheGGUF(_ fixture: TokenizerFixture) throws {
        let tokenizer = try fixture.tokenizer()
        try check(fixture, tokenizer)
        try compare(tokenizer, TokenizerFixture(folder: fixture.folder).tokenizer())
    }

    private func compare(_ alone: any Tokenizer, _ converted: any Tokenizer) throws {
        #expect(alone.vocabularySize == converted.vocabularySize)
        #expect(alone.bosTokenId == converted.bosTokenId && alone.bosTokenId == 1)
        #expect(alone.eosTokenId == converted.eosTokenId && alone.eosTokenId == 2)
        for id in 0..<alone.vocabularySize {
            #expect(alone.convertIdToToken(id) == converted.convertIdToToken(id))
            #expect(alone.bytes(of: id) == converted.bytes(of: id))
            #expect(alone.role(of: id) == converted.role(of: id))
        }
    }

    private func check(_ fixture: TokenizerFixture, _ tokenizer: any Tokenizer) throws {
        let root = try fixture.cases()
        var count = 0
        for golden in try root.required("cases").elements() {
            let text = try golden.required("text").string()
            let name = Comment(rawValue: text.debugDescription)
            let ids = try golden["ids_sentencepiece"].flatMap { $0.isNull ? nil : try $0.ints() }
            let expected = try ids ?? golden.required("ids").ints()
            let encoding = tokenizer.encoding(of: text)
            #expect(encoding.ids == expected, name)
            #expect(tokenizer.encode(text: text) == expected, name)
            let full = tokenizer.encode(text: text, addSpecialTokens: true)
            #expect(full == [1] + expected, name)
            #expect(
                try tokenizer.decode(tokens: expected) == golden.required("decoded").string(), name)
            // The spans tile the text: a blank that was put before it has no width.
            var end = 0
            for span in encoding.sourceSpans {
                #expect(span?.lowerBound == end, name)
                end = span?.upperBound ?? -1
            }
            #expect(end == text.utf8.count, name)
            count += 1
        }
        #expect(try count == root.required("n_cases").int() && count > 70)
    }
}
