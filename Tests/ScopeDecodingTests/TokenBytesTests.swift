import ScopeFiles
import ScopeTestKit
import TestFixtures
import Testing
import TokenScope

/// The bytes of a session's tokens, for vocabularies whose tokens depend on what is before them.
@Suite struct TokenBytesTests {
    static let folders = Fixtures.folders("tokenizers")

    private static func context(
        _ tokenizer: any Tokenizer, answering ids: some Sequence<Int>
    ) -> ModelContext {
        let rows = ids.map { id in
            var row = [Float](repeating: -50, count: tokenizer.vocabularySize)
            row[id] = 50
            return row
        }
        return ModelContext(
            model: ScriptedModel(rows: rows), tokenizer: tokenizer,
            identity: ModelIdentity(
                name: "replay", family: "replay", fingerprint: "", parameterCount: 0))
    }

    @Test(arguments: folders)
    func bytesAreThoseOfTheDecodedText(_ folder: FixtureFolder) throws {
        let tokenizer = try AutoTokenizer.from(folder.folder())
        var count = 0
        for golden in try folder.json("cases.json").required("cases").elements() {
            let ids = try golden.required("ids").elements().map { try $0.int() }
            guard (2..<40).contains(ids.count) else { continue }
            let text = tokenizer.decode(tokens: ids)
            guard !text.contains("\u{FFFD}") else { continue }
            let context = Self.context(tokenizer, answering: ids.dropFirst())
            let half = ids.count / 2
            var session = try DecodingSession(
                context, ids: Array(ids[..<half]), parameters: .greedy(maxTokens: ids.count - half))
            while try session.next() != nil {}
            let trace = session.trace
            #expect(trace.tokens.map(\.id) == ids)
            #expect(trace.text == text)
            var end = 0
            for token in trace.tokens {
                #expect(token.sequenceSpan == end..<end + token.bytes.count)
                end += token.bytes.count
            }
            count += 1
        }
        #expect(count > 10)
    }

    /// The mark before a text has no place in the document, and what is written continues it.
    @Test func writtenTextContinuesTheDocument() throws {
        let folder = try #require(Self.folders.first { $0.name == "llama2" })
        let tokenizer = try AutoTokenizer.from(folder.folder())
        let prompt = "def f(x):"
        let whole = tokenizer.encode(text: prompt + " return x")
        let ids = tokenizer.encode(text: prompt)
        #expect(Array(whole.prefix(ids.count)) == ids)
        let context = Self.context(tokenizer, answering: whole.dropFirst())
        var session = try DecodingSession(
            context, prompt: prompt, parameters: .greedy(maxTokens: whole.count - ids.count))
        while try session.next() != nil {}
        #expect(session.trace.text == prompt + " return x")
        for token in session.trace.tokens {
            #expect(token.sourceSpan == token.sequenceSpan)
        }
    }
}
