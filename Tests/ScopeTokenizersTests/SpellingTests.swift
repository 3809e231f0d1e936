import ScopeFiles
import TestFixtures
import Testing

@testable import ScopeTokenizers

/// Parts of files for vocabularies that spell their tokens as text, drawn at random and against
/// the reference.
@Suite struct SpellingTests {
    private static let names = ["normalizer", "pre_tokenizer", "decoder", "post_processor"]

    @Test func givesTheIdsAndTextsOfTheReference() throws {
        let path = "\(PipelineTests.golden)/spelling.json"
        let root = try JSONDocument(FileContents.open(path)).root
        let models = try Array(root.required("models").elements())
        let added = try Array(root.required("added").elements())
        var count = 0
        for variant in try root.required("variants").elements() {
            let changes = try variant.required("changes")
            let model = try changes.required("model").int()
            let hasTokens = try changes.required("added_tokens").kind == .bool
            var members = try Self.names.map { "\"\($0)\":\(try changes.required($0).lexeme)" }
            members.append("\"model\":\(models[model].lexeme)")
            members.append("\"added_tokens\":\(hasTokens ? added[model].lexeme : "[]")")
            let file = FileContents(
                copying: Array("{\(members.joined(separator: ","))}".utf8), name: "tokenizer.json")
            let tokenizer = try AutoTokenizer.from(tokenizerFile: file)
            let name = try variant.required("name").string()
            for golden in try variant.required("cases").elements() {
                try check(tokenizer, golden, name)
                count += 1
            }
            for golden in try variant.required("decodes").elements() {
                let ids = try golden.required("ids").ints()
                let decoded = tokenizer.decode(tokens: ids)
                let text = try golden.required("text").string()
                #expect(decoded.utf8.elementsEqual(text.utf8), "\(name): \(ids)")
            }
        }
        #expect(count > 1_100)
    }

    private func check(_ tokenizer: any Tokenizer, _ golden: JSONValue, _ name: String) throws {
        let text = try golden.required("text").string()
        let comment = Comment(rawValue: "\(name): \(text.debugDescription)")
        let ids = try golden.required("ids").ints()
        let encoding = tokenizer.encoding(of: text)
        #expect(encoding.ids == ids, comment)
        #expect(tokenizer.encode(text: text) == ids, comment)
        let full = try golden.required("full").ints()
        #expect(tokenizer.encode(text: text, addSpecialTokens: true) == full, comment)
        let decoded = tokenizer.decode(tokens: ids, skipSpecialTokens: true)
        #expect(try decoded.utf8.elementsEqual(golden.required("decoded").string().utf8), comment)
        var end = 0
        for span in encoding.sourceSpans.compactMap(\.self) {
            #expect(span.lowerBound >= end && span.upperBound <= text.utf8.count, comment)
            end = span.upperBound
        }
    }
}
