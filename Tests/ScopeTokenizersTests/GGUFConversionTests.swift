import ScopeFiles
import TestFixtures
import Testing

@testable import ScopeTokenizers

/// What a GGUF file of another fixture's tokenizer would hold gives the same tokens.
@Suite struct GGUFConversionTests {
    struct Conversion: Sendable, CustomStringConvertible {
        let fixture: TokenizerFixture
        let model: String
        let pre: String
        var description: String { "\(fixture) as \(pre)" }
    }

    /// The name of `tokenizer.ggml.pre` that has the steps of a fixture.
    static let names = [
        "o200k": ("gpt2", "granite-embed-multi-97m"), "deepseek": ("gpt2", "deepseek-coder"),
        "starcoder": ("gpt2", "starcoder"), "gemma": ("gemma4", "gemma4"),
        "llama3": ("gpt2", "llama3"), "qwen2": ("gpt2", "qwen2"), "gpt2": ("gpt2", "gpt-2"),
    ]

    static let all = TokenizerFixture.complete.compactMap { fixture in
        names[fixture.folder.name].map {
            Conversion(fixture: fixture, model: $0.0, pre: $0.1)
        }
    }

    @Test(arguments: all)
    func givesTheSameTokens(conversion: Conversion) throws {
        let root = try conversion.fixture.folder.json("tokenizer.json")
        let (writer, hasOptions) = try Self.writer(root, conversion)
        let converted = try AutoTokenizer.from(gguf: metadata(writer))
        let tokenizer = try conversion.fixture.tokenizer()
        var count = 0
        for golden in try conversion.fixture.cases().required("cases").elements() {
            let text = try golden.required("text").string()
            // GGUF does not tell that a token swallows white space, or stands alone.
            if hasOptions.contains(where: { text.contains($0) }) { continue }
            let name = Comment(rawValue: text.debugDescription)
            let expected = tokenizer.encoding(of: text)
            #expect(converted.encoding(of: text) == expected, name)
            #expect(
                converted.decode(tokens: expected.ids) == tokenizer.decode(tokens: expected.ids))
            count += 1
        }
        #expect(count > 60)
    }

    /// The metadata, and the names of added tokens that have options.
    static func writer(
        _ root: JSONValue, _ conversion: Conversion
    ) throws -> (GGUFWriter, hasOptions: [String]) {
        let model = try root.required("model")
        var tokens: [Int: (spelling: String, type: Int)] = [:]
        for (key, value) in try model.required("vocab").members() {
            let isByte = key.string.hasPrefix("<0x") && key.string.utf8.count == 6
            tokens[try value.int()] = (key.string, isByte ? 6 : 1)
        }
        var hasOptions: [String] = []
        for token in try root.required("added_tokens").elements() {
            let content = try token.required("content").string()
            let isSpecial = try token.required("special").bool()
            tokens[try token.required("id").int()] = (content, isSpecial ? 3 : 4)
            if try ["lstrip", "rstrip", "single_word"].contains(where: {
                try token.required($0).bool()
            }) {
                hasOptions.append(content)
            }
        }
        let count = (tokens.keys.max() ?? 0) + 1
        let list = (0..<count).map { tokens[$0] ?? ("[PAD\($0)]", 5) }
        var writer = GGUFWriter()
        writer.set("tokenizer.ggml.model", .string(conversion.model))
        writer.set("tokenizer.ggml.pre", .string(conversion.pre))
        writer.set("tokenizer.ggml.tokens", .strings(list.map(\.spelling)))
        writer.set("tokenizer.ggml.token_type", .int32s(list.map(\.type)))
        let merges = try model.required("merges").elements().map { merge in
            merge.kind == .string
                ? try merge.string()
                : try merge.elements().map { try $0.string() }.joined(separator: " ")
        }
        writer.set("tokenizer.ggml.merges", .strings(merges))
        if let unknown = model["unk_token"], !unknown.isNull {
            let spelling = try unknown.string()
            let id = try #require(list.firstIndex { $0.spelling == spelling })
            writer.set("tokenizer.ggml.unknown_token_id", .uint32(UInt32(id)))
        }
        return (writer, hasOptions)
    }
}
