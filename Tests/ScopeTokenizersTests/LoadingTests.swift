import ScopeFiles
import ScopeTrace
import Testing
import TestFixtures

@testable import ScopeTokenizers

@Suite struct LoadingTests {
    private static let base = """
        {"version":"1.0","truncation":{"max_length":3},"padding":null,"added_tokens":[],
        "normalizer":null,"pre_tokenizer":{"type":"ByteLevel"},"post_processor":null,
        "decoder":{"type":"ByteLevel"},
        "model":{"type":"BPE","vocab":{"a":0,"b":1,"ab":2},"merges":["a b"]}}
        """

    private static func load(
        _ changes: [String: String] = [:], configuration: String? = nil
    ) throws -> any Tokenizer {
        let root = try JSONDocument(bytes: Array(base.utf8), file: "base").root
        let configuration = configuration.map {
            FileContents(copying: Array($0.utf8), name: "tokenizer_config.json")
        }
        return try AutoTokenizer.from(
            tokenizerFile: PipelineTests.file(root, changes), configuration: configuration)
    }

    private static func model(_ members: String) -> String {
        #"{"type":"BPE","vocab":{"a":0,"b":1,"ab":2},"merges":["a b"],\#(members)}"#
    }

    private static func token(_ members: String) -> String {
        #"[{"id":3,"content":"<x>"},{\#(members)}]"#
    }

    private static let emptyTemplate = template(#""single":[{"Sequence":{"id":"A"}}]"#)

    private static func template(_ members: String) -> String {
        #"{"type":"TemplateProcessing",\#(members)}"#
    }

    private static func metaspace(_ members: String = #""split":true"#) -> String {
        #"{"type":"Metaspace","replacement":"▁",\#(members)}"#
    }

    private static func decoders(_ steps: String...) -> String {
        #"{"type":"Sequence","decoders":[\#(steps.joined(separator: ","))]}"#
    }

    private static func strip(_ content: String, start: Int, stop: Int) -> String {
        #"{"type":"Strip","content":"\#(content)","start":\#(start),"stop":\#(stop)}"#
    }

    private static func replace(_ length: Int, times: Int) -> String {
        let content = String(repeating: "a", count: length)
        let step = #"{"type":"Replace","pattern":{"String":"a"},"content":"\#(content)"}"#
        let steps = [String](repeating: step, count: times)
        return #"{"type":"Sequence","normalizers":[\#(steps.joined(separator: ","))]}"#
    }

    @Test(arguments: [
        ("version", #""2.0""#, "version", #""2.0""#),
        ("model", #"{"type":"WordPiece"}"#, "model.type", #""WordPiece""#),
        ("model", model(#""dropout":0.1"#), "model.dropout", "dropout while encoding"),
        (
            "model", model(#""unk_token":"a""#), "model.unk_token",
            "a token for bytes that are not in the vocabulary"
        ),
        (
            "model", model(#""byte_fallback":true"#), "model.byte_fallback",
            "falling back to bytes"
        ),
        ("model", model(#""end_of_word_suffix":"</w>""#), "model.end_of_word_suffix", #""</w>""#),
        ("model", model(#""sampling":1"#), "model.sampling", "this member"),
        (
            "normalizer", #"{"type":"Sequence","normalizers":[{"type":"Precompiled"}]}"#,
            "normalizer.normalizers[0].type", #""Precompiled""#
        ),
        ("pre_tokenizer", "null", "pre_tokenizer", #"a model without "ByteLevel""#),
        (
            "pre_tokenizer", #"{"type":"UnicodeScripts"}"#, "pre_tokenizer.type",
            #""UnicodeScripts""#
        ),
        (
            "pre_tokenizer", metaspace(#""prepend_scheme":"last""#),
            "pre_tokenizer.prepend_scheme", #""last""#
        ),
        ("pre_tokenizer", metaspace(), "pre_tokenizer", #"a model without "ByteLevel""#),
        (
            "pre_tokenizer", #"{"type":"ByteLevel","speed":1}"#, "pre_tokenizer.speed",
            "this member"
        ),
        (
            "pre_tokenizer",
            #"{"type":"Sequence","pretokenizers":[{"type":"ByteLevel"},{"type":"Digits"}]}"#,
            "pre_tokenizer.pretokenizers[1].type", #"a step after "ByteLevel""#
        ),
        (
            "pre_tokenizer", #"{"type":"Split","pattern":{"String":"a"},"behavior":"Kept"}"#,
            "pre_tokenizer.behavior", #""Kept""#
        ),
        (
            "post_processor", #"{"type":"BertProcessing"}"#, "post_processor.type",
            #""BertProcessing""#
        ),
        (
            "post_processor",
            "{\"type\":\"Sequence\",\"processors\":[\(emptyTemplate),\(emptyTemplate)]}",
            "post_processor.processors[1]", "a second template"
        ),
        ("decoder", "null", "decoder", "a file without a decoder"),
        ("decoder", metaspace(), "decoder.type", #""Metaspace""#),
        ("decoder", #"{"type":"CTC"}"#, "decoder.type", #""CTC""#),
        (
            "decoder", decoders(strip("a", start: 0, stop: 1)), "decoder.decoders[0].stop",
            "stripping the end of a text"
        ),
        (
            "decoder", decoders(strip("é", start: 1, stop: 0)), "decoder.decoders[0].content",
            "more than ASCII"
        ),
        (
            "decoder", decoders(#"{"type":"Fuse"}"#, #"{"type":"ByteFallback"}"#),
            "decoder.decoders[1].type", #""ByteFallback" at this place"#
        ),
        (
            "decoder", decoders(#"{"type":"ByteFallback"}"#, strip("a", start: 1, stop: 0)),
            "decoder.decoders[1].type", #""Strip" at this place"#
        ),
        (
            "model", #"{"type":"Unigram","unk_id":0,"vocab":[["a",0]]}"#, "model.type",
            #""Unigram" on bytes"#
        ),
        (
            "added_tokens", token(#""id":4,"content":"<y>","color":1"#), "added_tokens[1].color",
            "this member"
        ),
    ])
    func namesWhatIsNotSupported(
        member: String, value: String, field: String, construct: String
    ) throws {
        #expect(
            throws: TokenizerError.unsupportedTokenizer(
                file: "tokenizer.json", field: field, construct: construct)
        ) {
            try Self.load([member: value])
        }
    }

    @Test(arguments: [
        ("model", #"{"type":"BPE","vocab":{"a":-1},"merges":[]}"#, "model.vocab.a"),
        ("model", #"{"type":"BPE","vocab":{"a":0.5},"merges":[]}"#, "model.vocab.a"),
        ("model", #"{"type":"BPE","vocab":{"a":67108864},"merges":[]}"#, "model.vocab.a"),
        ("model", #"{"type":"BPE","vocab":{"a":65540},"merges":[]}"#, "model.vocab.a"),
        ("model", #"{"type":"BPE","vocab":{"a":0,"b":0},"merges":[]}"#, "model.vocab.b"),
        ("model", #"{"type":"BPE","vocab":{"a":0,"a":1},"merges":[]}"#, "model.vocab.a"),
        ("model", #"{"type":"BPE","vocab":[],"merges":[]}"#, "model.vocab"),
        ("model", #"{"type":"BPE","vocab":{"a":0}}"#, "model.merges"),
        ("model", #"{"vocab":{"a":0}}"#, "model.merges"),
        ("model", #"{"type":"BPE","vocab":{"a":0},"merges":["a"]}"#, "model.merges[0]"),
        ("model", #"{"type":"BPE","vocab":{"a":0},"merges":["a a a"]}"#, "model.merges[0]"),
        ("model", #"{"type":"BPE","vocab":{"a":0},"merges":[["a"]]}"#, "model.merges[0]"),
        ("model", #"{"type":"BPE","vocab":{"a":0},"merges":[["a",1]]}"#, "model.merges[0][1]"),
        ("model", #"{"type":"BPE","vocab":{"a":0,"b":1},"merges":["a b"]}"#, "model.merges[0]"),
        ("model", "null", "model"),
        ("pre_tokenizer", #"{}"#, "pre_tokenizer.type"),
        ("pre_tokenizer", #"{"type":"Metaspace"}"#, "pre_tokenizer.replacement"),
        (
            "pre_tokenizer", #"{"type":"Metaspace","replacement":"ab"}"#,
            "pre_tokenizer.replacement"
        ),
        (
            "pre_tokenizer", metaspace(#""add_prefix_space":false"#),
            "pre_tokenizer.add_prefix_space"
        ),
        ("normalizer", #"{"type":"Prepend"}"#, "normalizer.prepend"),
        ("normalizer", #"{"type":"Strip","strip_left":true}"#, "normalizer.strip_right"),
        ("normalizer", replace(64, times: 3), "normalizer.normalizers[2].content"),
        ("normalizer", replace(65, times: 1), "normalizer.normalizers[0].content"),
        ("decoder", decoders(strip("", start: 1, stop: 0)), "decoder.decoders[0].content"),
        (
            "pre_tokenizer", #"{"type":"Split","pattern":{},"behavior":"Isolated"}"#,
            "pre_tokenizer.pattern.String"
        ),
        (
            "pre_tokenizer",
            #"{"type":"Split","pattern":{"Regex":"a{1,1000000}"},"behavior":"Isolated"}"#,
            "pre_tokenizer.pattern.Regex"
        ),
        ("added_tokens", token(#""id":3,"content":"<y>""#), "added_tokens[1].id"),
        ("added_tokens", token(#""id":4,"content":"<x>""#), "added_tokens[1].id"),
        ("added_tokens", token(#""id":1,"content":"<y>""#), "added_tokens[1].id"),
        ("added_tokens", token(#""id":4,"content":"ab""#), "added_tokens[1].id"),
        ("added_tokens", token(#""id":9999999,"content":"<y>""#), "added_tokens[1].id"),
        ("added_tokens", token(#""id":4,"content":"""#), "added_tokens[1].content"),
        (
            "added_tokens", token(#""id":4,"content":"<y>","special":1"#),
            "added_tokens[1].special"
        ),
        (
            "post_processor", template(#""single":[],"special_tokens":{}"#),
            "post_processor.single"
        ),
        (
            "post_processor", template(#""single":[{"Sequence":{"id":"B"}}]"#),
            "post_processor.single[0].Sequence.id"
        ),
        (
            "post_processor",
            template(#""single":[{"SpecialToken":{"id":"x"}}],"special_tokens":{}"#),
            "post_processor.single[0].SpecialToken.id"
        ),
        (
            "post_processor",
            template(
                #""single":[{"SpecialToken":{"id":"x"}}],"special_tokens":{"x":{"ids":[9]}}"#),
            "post_processor.special_tokens.x.ids[0]"
        ),
    ])
    func namesWhatIsWrong(member: String, value: String, field: String) throws {
        let error = try #require(throws: TokenizerError.self) {
            try Self.load([member: value])
        }
        guard case .file(.malformed("tokenizer.json", let found, _, _)) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(found == field, "\(error)")
    }

    @Test func vocabularyMayHaveHoles() throws {
        let tokenizer = try Self.load([
            "model": #"{"type":"BPE","vocab":{"a":5,"é b":7},"merges":[]}"#
        ])
        #expect(tokenizer.vocabularySize == 8)
        #expect(tokenizer.bytes(of: 6) == nil)
        #expect(tokenizer.decode(tokens: [5, 6, 7, 5]) == "aé ba")
        // A spelling beyond the byte alphabet stands for itself, and no text leads to it.
        #expect(tokenizer.convertTokenToId("é b") == 7)
        #expect(tokenizer.convertIdToToken(7) == "é b")
        #expect(tokenizer.encode(text: "a") == [5])
    }

    /// Canonically equivalent spellings are different tokens.
    @Test func keysAreBytes() throws {
        let tokenizer = try Self.load([
            "added_tokens": """
            [{"id":3,"content":"\u{e9}","normalized":false},
            {"id":4,"content":"e\u{301}","normalized":false}]
            """
        ])
        #expect(tokenizer.encode(text: "\u{e9}e\u{301}") == [3, 4])
        #expect(tokenizer.convertTokenToId("e\u{301}") == 4)
    }

    @Test func readsTheConfiguration() throws {
        let tokens = Self.token(#""id":4,"content":"<y>","special":true"#)
        let named = try Self.load(
            ["added_tokens": tokens],
            configuration: #"{"bos_token":"<x>","eos_token":{"content":"<y>"}}"#)
        #expect(named.bosTokenId == 3 && named.eosTokenId == 4)
        #expect([2, 3, 4].map { named.role(of: $0) } == [.text, .bos, .eos])
        let other = try Self.load(
            ["added_tokens": tokens], configuration: #"{"bos_token":null,"eos_token":"<z>"}"#)
        #expect(other.bosTokenId == nil && other.eosTokenId == nil)
        #expect([3, 4].map { other.role(of: $0) } == [.text, .special])
        #expect(named.fillInTheMiddleTokens == nil)
        let filling = try Self.load(
            ["added_tokens": tokens],
            configuration: #"{"prefix_token":"<x>","suffix_token":{"content":"<y>"}}"#)
        #expect(filling.fillInTheMiddleTokens == FillInTheMiddleTokens(prefix: 3, suffix: 4))
        let error = try #require(throws: TokenizerError.self) {
            try Self.load(configuration: #"{"eos_token":["a"]}"#)
        }
        #expect(error.file == "tokenizer_config.json" && error.field == "eos_token")
    }

    @Test(arguments: [
        ("<|fim_prefix|>", TokenRole.fim), ("<fim-suffix>", .fim), ("<｜fim▁hole｜>", .fim),
        ("▁<PRE>", .fim), ("[SUFFIX]", .fim), ("<|code_middle|>", .fim),
        ("<|im_start|>", .template), ("<|eot_id|>", .template), ("[/INST]", .template),
        ("<start_of_turn>", .template), ("<tool_call>", .template), ("<｜User｜>", .template),
        ("<|endoftext|>", .special), ("<unk>", .special), ("start", .special),
    ])
    func rolesFollowNames(name: String, role: TokenRole) throws {
        for isSpecial in [true, false] {
            let tokenizer = try Self.load([
                "added_tokens": Self.token(#""id":4,"content":"\#(name)","special":\#(isSpecial)"#)
            ])
            let expected = role == .special && !isSpecial ? .text : role
            #expect(tokenizer.role(of: 4) == expected)
        }
    }

    @Test func foldersSayWhatTheyLack() throws {
        let empty = FileFolder(name: "nothing", files: [])
        let error = try #require(throws: TokenizerError.self) { try AutoTokenizer.from(empty) }
        #expect(
            error.description
                == "nothing: no tokenizer.json, no vocab.json and merges.txt, no tokenizer.model, "
                + "no GGUF file")
        let half = FileFolder(
            name: "half", files: [FileContents(copying: [1], name: "merges.txt")])
        #expect(
            throws: TokenizerError.missingVocab(
                folder: "half", reason: "vocab.json and merges.txt belong together")
        ) {
            try AutoTokenizer.from(half)
        }
    }

    @Test func threadsShareATokenizer() async throws {
        let fixture = try #require(TokenizerFixture.byteLevel.first)
        let tokenizer = try fixture.tokenizer()
        let texts = try fixture.cases().required("cases").elements().map {
            try $0.required("text").string()
        }
        let expected = texts.map { tokenizer.encode(text: $0) }
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<16 {
                group.addTask { texts.map { tokenizer.encode(text: $0) } == expected }
            }
            for await isEqual in group { #expect(isEqual) }
        }
    }
}
