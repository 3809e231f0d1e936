import ScopeFiles
import ScopeTrace
import TestFixtures
import Testing

@testable import ScopeTokenizers

/// A small byte-level vocabulary: all bytes, a few merges, a control and a user-defined token.
func smallGGUF(_ edit: (inout GGUFWriter) -> Void = { _ in }) -> GGUFWriter {
    var tokens = ByteAlphabet.scalars.map { String($0) }
    tokens += ["ab", "abc", "Ġa", "<|end|>", "<user▁x>", "<|pad|>", "[PAD1]"]
    let types = Array(repeating: 1, count: 259) + [3, 4, 3, 5]
    var writer = GGUFWriter()
    writer.set("tokenizer.ggml.model", .string("gpt2"))
    writer.set("tokenizer.ggml.pre", .string("gpt-2"))
    writer.set("tokenizer.ggml.tokens", .strings(tokens))
    writer.set("tokenizer.ggml.token_type", .int32s(types))
    writer.set("tokenizer.ggml.merges", .strings(["a b", "ab c", "Ġ a"]))
    writer.set("tokenizer.ggml.bos_token_id", .uint32(259))
    writer.set("tokenizer.ggml.eos_token_id", .uint32(259))
    edit(&writer)
    return writer
}

func metadata(_ writer: GGUFWriter) throws -> GGUFMetadata {
    try GGUFFile(writer.contents()).metadata
}

@Suite struct GGUFTokenizerTests {
    private func load(_ edit: (inout GGUFWriter) -> Void = { _ in }) throws -> any Tokenizer {
        try AutoTokenizer.from(gguf: metadata(smallGGUF(edit)))
    }

    @Test func readsTokensOfAllKinds() throws {
        let tokenizer = try load()
        #expect(tokenizer.encode(text: "abc a<|end|>a<user▁x>b") == [257, 258, 259, 97, 260, 98])
        #expect(tokenizer.decode(tokens: [257, 258, 259, 260]) == "abc a<|end|><user▁x>")
        #expect(
            tokenizer.decode(tokens: [257, 259, 260], skipSpecialTokens: true) == "abc<user▁x>")
        // Padding is no token, though its number stays.
        #expect(tokenizer.vocabularySize == 262)
        #expect(tokenizer.bytes(of: 262) == nil)
        #expect(tokenizer.encode(text: "[PAD1]").count == 6)
        #expect(tokenizer.bosTokenId == 259 && tokenizer.eosTokenId == 259)
        #expect(tokenizer.role(of: 259) == .eos && tokenizer.role(of: 261) == .special)
    }

    @Test(
        arguments: [
            (nil, nil, [97]), (true, nil, [259, 97]), (true, true, [259, 97, 259]),
            (false, true, [97, 259]),
        ] as [(Bool?, Bool?, [Int])])
    func addsWhatTheFileSays(bos: Bool?, eos: Bool?, expected: [Int]) throws {
        let tokenizer = try load { writer in
            writer.set("tokenizer.ggml.add_bos_token", bos.map { .bool($0 ? 1 : 0) })
            writer.set("tokenizer.ggml.add_eos_token", eos.map { .bool($0 ? 1 : 0) })
        }
        #expect(tokenizer.encode(text: "a", addSpecialTokens: true) == expected)
        #expect(tokenizer.encode(text: "a") == [97])
    }

    @Test func familiesAddBOSWhereTheFileDoesNotSay() throws {
        let tokenizer = try load { $0.set("tokenizer.ggml.pre", .string("llama-bpe")) }
        #expect(tokenizer.encode(text: "a", addSpecialTokens: true) == [259, 97])
    }

    @Test(arguments: [
        ("fim_pre", TokenRole.fim), ("fim_suf", .fim), ("fim_mid", .fim), ("fim_pad", .fim),
        ("fim_rep", .fim), ("fim_sep", .fim), ("prefix", .fim), ("suffix", .fim),
        ("middle", .fim), ("eot", .template), ("eom", .template), ("eos", .eos), ("bos", .bos),
    ])
    func keysGiveRoles(name: String, role: TokenRole) throws {
        let tokenizer = try load {
            $0.set("tokenizer.ggml.\(name)_token_id", .uint32(261))
        }
        #expect(tokenizer.role(of: 261) == role)
    }

    @Test(arguments: [("fim_pre", "fim_suf", "fim_mid"), ("prefix", "suffix", "middle")])
    func keysNameTheTokensForFillingIn(prefix: String, suffix: String, middle: String) throws {
        let tokenizer = try load { writer in
            writer.set("tokenizer.ggml.\(prefix)_token_id", .uint32(257))
            writer.set("tokenizer.ggml.\(suffix)_token_id", .uint32(258))
            writer.set("tokenizer.ggml.\(middle)_token_id", .uint32(260))
            writer.set("tokenizer.ggml.eot_token_id", .uint32(261))
        }
        let expected = FillInTheMiddleTokens(prefix: 257, suffix: 258, middle: 260, end: 261)
        #expect(tokenizer.fillInTheMiddleTokens == expected)
        #expect(try load().fillInTheMiddleTokens == nil)
        let half = try load { $0.set("tokenizer.ggml.\(prefix)_token_id", .uint32(257)) }
        #expect(half.fillInTheMiddleTokens == nil)
    }

    @Test func noTokenIsMinusOne() throws {
        let tokenizer = try load {
            $0.set("tokenizer.ggml.bos_token_id", .uint32(.max))
            $0.set("tokenizer.ggml.eos_token_id", .integer(.int32, 0xFFFF_FFFF))
        }
        #expect(tokenizer.bosTokenId == nil && tokenizer.eosTokenId == nil)
    }

    @Test func aCallerMayNameThePreTokenizer() throws {
        let old = try metadata(smallGGUF { $0.set("tokenizer.ggml.pre", nil) })
        let error = #expect(throws: TokenizerError.self) { try AutoTokenizer.from(gguf: old) }
        #expect(error?.field == "tokenizer.ggml.pre")
        let tokenizer = try AutoTokenizer.from(gguf: old, preTokenizer: "gpt-2")
        #expect(tokenizer.encode(text: "abc a") == [257, 258])
    }

    @Test func aFolderMayHoldNothingButTheModel() throws {
        let folder = FileFolder(name: "folder", files: [smallGGUF().contents("m.gguf")])
        #expect(try AutoTokenizer.from(folder).encode(text: "abc") == [257])
        #expect(try ChatTemplate.from(folder) == nil)
        let broken = FileFolder(
            name: "folder", files: [FileContents(copying: [1, 2, 3], name: "m.gguf")])
        #expect(throws: TokenizerError.self) { try AutoTokenizer.from(broken) }
        #expect(throws: ChatTemplateError.self) { try ChatTemplate.from(broken) }
    }

    @Test func readsTheChatTemplate() throws {
        let source = "{{ bos_token }}{% for m in messages %}{{ m.content }}{% endfor %}"
        let writer = smallGGUF {
            $0.set("tokenizer.chat_template", .string(source))
            $0.set("tokenizer.chat_template.tool_use", .string("{{ eos_token }}!"))
        }
        let messages = [ChatMessage(role: "user", content: "hello")]
        let template = try #require(try ChatTemplate.from(gguf: metadata(writer)))
        #expect(try template.render(messages: messages) == "<|end|>hello")
        let tools = try template.render(messages: messages.map(\.value), tools: [])
        #expect(tools == "<|end|>!")
        let folder = FileFolder(name: "folder", files: [writer.contents("m.gguf")])
        #expect(try ChatTemplate.from(folder)?.render(messages: messages) == "<|end|>hello")
        var broken = writer
        broken.set("tokenizer.ggml.bos_token_id", .uint32(1_000))
        #expect(throws: ChatTemplateError.self) { try ChatTemplate.from(gguf: metadata(broken)) }
        broken.set("tokenizer.chat_template", .bytes([0xFF]))
        #expect(throws: ChatTemplateError.self) { try ChatTemplate.from(gguf: metadata(broken)) }
    }

    /// Every name that llama.cpp knows.
    static let names = [
        "default", "minicpm5", "llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1",
        "pixtral", "midm-2.0", "lfm2", "jina-v5-nano", "deepseek-llm", "deepseek-coder",
        "deepseek-v3", "spark2_5", "youtu", "falcon", "mpt", "starcoder", "gpt-2", "phi-2",
        "jina-es", "jina-de", "gigachat", "jina-v2-es", "jina-v2-de", "a.x-4.0", "mellum",
        "modern-bert", "jais-2", "gemma4", "granite-embed-multi-311m", "sarvam-moe", "refact",
        "command-r", "qwen2", "deepseek-r1-qwen", "kormo", "f2llmv2", "qwen35", "stablelm2",
        "olmo", "dbrx", "smaug-bpe", "poro-chat", "chatglm-bpe", "glm4", "glm5", "viking", "jais",
        "tekken", "smollm", "codeshell", "bloom", "gpt3-finnish", "exaone", "exaone4",
        "exaone-moe", "chameleon", "minerva-7b", "megrez", "gpt-4o", "llama4", "kanana2",
        "talkie", "granite-embed-multi-97m", "trillion", "granite-docling", "bailingmoe",
        "bailingmoe2", "llada-moe", "seed-coder", "hunyuan", "hunyuan-dense", "hy_v4",
        "joyai-llm", "kimi-k2", "ufakzeka", "grok-2", "laguna", "minimax-m2", "solar-open",
        "mellum2",
    ]

    @Test(arguments: names)
    func everyNameCutsTextWithoutLoss(name: String) throws {
        let recipe = try #require(GGUFPreTokenizer.named(name))
        let steps = try recipe.patterns.map { pattern in
            PreTokenizer.Step.split(Splitter(.regex(try CompiledRegex(pattern)), .isolated))
        }
        let source =
            "I've 'LL 12345 +-*/ x=y;  \n\n\t  end… 語日本 がな 한국어 é ½ ᾳ <sentinel:3> IMGIMGABZ"
            + String(repeating: " ", count: 40) + "don't\r\n"
        var text = NormalizedText(bytes: Array(source.utf8), origin: .shifted(by: 0))
        let words = PreTokenizer(steps: steps).words(of: &text)
        #expect(recipe.patterns.isEmpty == !recipe.isByteLevel)
        #expect(words.count == 1 || words.count > 15)
        var end = 0
        for word in words {
            #expect(word.lowerBound == end && !word.isEmpty)
            end = word.upperBound
        }
        #expect(end == text.bytes.count)
    }

    /// Names whose steps cannot be done in linear time, or are not for decoders.
    @Test(arguments: [
        "afmoe", "superbpe", "tiny_aya", "cohere2moe", "whitespace", "roberta-bpe",
        "jina-v1-en", "jina-v2-code", "no such name", "",
    ])
    func refusesOtherNames(name: String) throws {
        let writer = smallGGUF { $0.set("tokenizer.ggml.pre", .string(name)) }
        let error = try #require(throws: TokenizerError.self) {
            try AutoTokenizer.from(gguf: metadata(writer))
        }
        #expect(error.field == "tokenizer.ggml.pre")
        #expect(error.description.contains(name.debugDescription))
    }
}
