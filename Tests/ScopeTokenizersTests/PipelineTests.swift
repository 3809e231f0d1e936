import ScopeFiles
import ScopeTrace
import Testing
import TestFixtures

@testable import ScopeTokenizers

/// Parts of files in combinations that no fixture has, against the reference.
@Suite struct PipelineTests {
    static let golden = "\(Fixtures.packageRoot)/Tests/ScopeTokenizersTests/Golden"

    /// A tokenizer file with some members of `base` replaced.
    static func file(_ base: JSONValue, _ changes: [String: String]) throws -> FileContents {
        let members = try base.members().map { member in
            let name = member.key.string
            return "\"\(name)\":\(changes[name] ?? member.value.lexeme)"
        }
        return FileContents(
            copying: Array("{\(members.joined(separator: ","))}".utf8), name: "tokenizer.json")
    }

    @Test func givesTheIdsOfTheReference() throws {
        let root = try JSONDocument(FileContents.open("\(Self.golden)/pipeline.json")).root
        let base = try root.required("base")
        var count = 0
        for variant in try root.required("variants").elements() {
            let name = try variant.required("name").string()
            var changes: [String: String] = [:]
            for member in try variant.required("changes").members() {
                changes[member.key.string] = member.value.lexeme
            }
            let tokenizer = try AutoTokenizer.from(tokenizerFile: Self.file(base, changes))
            for golden in try variant.required("cases").elements() {
                let text = try golden.required("text").string()
                let comment = Comment(rawValue: "\(name): \(text.debugDescription)")
                let ids = try golden.required("ids").ints()
                let encoding = tokenizer.encoding(of: text)
                #expect(encoding.ids == ids, comment)
                let full = try golden["full"]?.ints() ?? ids
                #expect(tokenizer.encode(text: text, addSpecialTokens: true) == full, comment)
                #expect(
                    try tokenizer.decode(tokens: ids, skipSpecialTokens: true)
                        == golden.required("decoded").string(), comment)
                checkOrder(encoding, text, comment)
                count += 1
            }
        }
        #expect(count > 700)
    }

    /// Spans go from left to right inside the text, and none overlaps another.
    private func checkOrder(_ encoding: Encoding, _ text: String, _ comment: Comment) {
        var end = 0
        for span in encoding.sourceSpans.compactMap({ $0 }) {
            #expect(span.lowerBound >= end && span.upperBound <= text.utf8.count, comment)
            end = span.upperBound
        }
    }

    @Test func addedBlanksHaveNoWidth() throws {
        let base = try JSONDocument(FileContents.open("\(Self.golden)/pipeline.json")).root
            .required("base")
        let prefixing = #"{"type":"ByteLevel","add_prefix_space":true,"use_regex":true}"#
        let tokenizer = try AutoTokenizer.from(
            tokenizerFile: Self.file(base, ["pre_tokenizer": prefixing]))
        let encoding = tokenizer.encoding(of: "cé b")
        #expect(encoding.ids.compactMap(tokenizer.convertIdToToken) == ["Ġ", "cÃ©", "Ġ", "b"])
        #expect(encoding.sourceSpans == [0..<0, 0..<3, 3..<4, 4..<5])
        let merged = tokenizer.encoding(of: "ab")
        #expect(merged.ids.compactMap(tokenizer.convertIdToToken) == ["Ġab"])
        #expect(merged.sourceSpans == [0..<2])
    }

    @Test func bytesWithoutATokenVanish() throws {
        let root = try JSONDocument(FileContents.open("\(Self.golden)/pipeline.json")).root
        let variant = try #require(
            root.required("variants").elements().first { $0["name"]?.lexeme == "\"few bytes\"" })
        let model = try variant.required("changes").required("model").lexeme
        let tokenizer = try AutoTokenizer.from(
            tokenizerFile: Self.file(root.required("base"), ["model": model]))
        // Neither x nor the second byte of é is a token; what is left of it merges across gaps.
        let encoding = tokenizer.encoding(of: "'xséa")
        #expect(encoding.ids.compactMap(tokenizer.convertIdToToken) == ["'", "s", "Ã", "a"])
        #expect(encoding.sourceSpans == [0..<1, 2..<3, 3..<4, 5..<6])
        let bridged = tokenizer.encoding(of: "xaxbx")
        #expect(bridged.ids.compactMap(tokenizer.convertIdToToken) == ["ab"])
        #expect(bridged.sourceSpans == [1..<4])
        let long = tokenizer.encoding(of: String(repeating: "axb", count: 100))
        #expect(long.ids == [Int](repeating: bridged.ids[0], count: 100))
        #expect(long.sourceSpans == (0..<100).map { 3 * $0..<3 * $0 + 3 })
    }

    @Test func embeddedModelEncodesAsTheReference() throws {
        let folder = "\(Fixtures.packageRoot)/Sources/CTinyPythonModel/model"
        let tokenizer = try AutoTokenizer.from(FileFolder(directory: folder))
        let cases = try JSONDocument(FileContents.open("\(Self.golden)/tiny-python.json")).root
        var count = 0
        for golden in try cases.elements() {
            let text: String
            if let file = golden["file"] {
                let path = try "\(Fixtures.packageRoot)/Tests/Fixtures/ast/sources/\(file.string())"
                let contents = try FileContents.open(path)
                text = String(decoding: contents.copy(0..<contents.byteCount), as: UTF8.self)
            } else {
                text = try golden.required("text").string()
            }
            let encoding = tokenizer.encoding(of: text)
            #expect(try encoding.ids == golden.required("ids").ints())
            #expect(Array(tokenizer.decode(tokens: encoding.ids).utf8) == Array(text.utf8))
            // The spans tile the text, and each is what the token decodes to.
            let bytes = Array(text.utf8)
            var end = 0
            for (id, span) in zip(encoding.ids, encoding.sourceSpans) {
                let span = try #require(span)
                #expect(span.lowerBound == end)
                #expect(tokenizer.bytes(of: id) == Array(bytes[span]))
                end = span.upperBound
            }
            #expect(end == bytes.count)
            count += 1
        }
        #expect(count > 10)
        #expect(tokenizer.eosTokenId == 0 && tokenizer.bosTokenId == 0)
        #expect((0...4).map { tokenizer.role(of: $0) } == [.eos, .fim, .fim, .fim, .text])
    }
}
