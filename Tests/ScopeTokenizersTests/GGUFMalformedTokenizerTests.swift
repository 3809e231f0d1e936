import ScopeFiles
import TestFixtures
import Testing

@testable import ScopeTokenizers

@Suite struct GGUFMalformedTokenizerTests {
    struct Break: Sendable, CustomStringConvertible {
        let key: String
        let value: GGUFWriter.Value?
        let field: String
        let word: String
        var description: String { "\(key): \(word)" }

        init(_ name: String, _ value: GGUFWriter.Value?, at field: String? = nil, word: String) {
            key = "tokenizer.ggml.\(name)"
            self.value = value
            self.field = "tokenizer.ggml.\(field ?? name)"
            self.word = word
        }
    }

    static let breaks: [Break] = [
        Break("model", nil, word: "missing"),
        Break("model", .uint32(1), word: "string"),
        Break("model", .string("bert"), word: "\"bert\" is not supported"),
        Break("model", .string("rwkv"), word: "\"rwkv\" is not supported"),
        Break("pre", .uint32(1), word: "string"),
        Break("tokens", nil, word: "missing"),
        Break("tokens", .string("a"), word: "array"),
        Break("tokens", .int32s([1]), word: "strings"),
        Break("tokens", .array(.string, []), word: "empty"),
        Break("tokens", .strings(["a"]), at: "token_type", word: "263 elements"),
        Break("token_type", .int32s([1, 1]), word: "2 elements"),
        Break("token_type", .strings(["a"]), word: "integers"),
        Break(
            "token_type", .int32s(Array(repeating: 1, count: 262) + [7]), at: "token_type[262]",
            word: "no type 7"),
        Break(
            "token_type", .int32s(Array(repeating: 5, count: 263)), at: "tokens",
            word: "no tokens"),
        Break("merges", nil, word: "missing"),
        Break("merges", .int32s([1]), word: "strings"),
        Break("merges", .strings(["a b", "ab"]), at: "merges[1]", word: "two tokens"),
        Break("merges", .strings([""]), at: "merges[0]", word: "two tokens"),
        Break("merges", .strings(["a "]), at: "merges[0]", word: "two tokens"),
        Break("merges", .strings([" a"]), at: "merges[0]", word: "two tokens"),
        Break("merges", .strings(["a zz"]), at: "merges[0]", word: "\"zz\" is not in"),
        Break("merges", .strings(["a d"]), at: "merges[0]", word: "\"ad\" is not in"),
        Break("merges", .strings(["語 d"]), at: "merges[0]", word: "\"語\" is not in"),
        Break(
            "merges", .array(.string, [.bytes([0x61, 0x20, 0xC3])]), at: "merges[0]", word: "UTF-8"),
        Break("bos_token_id", .uint32(263), word: "there are 263 tokens"),
        Break("eos_token_id", .integer(.int32, 0xFFFF_FFFE), word: "is -2"),
        Break("eos_token_id", .string("x"), word: "integer"),
        Break("fim_pre_token_id", .uint32(9_999), word: "there are 263 tokens"),
        Break("eot_token_id", .uint32(262), word: "unused"),
        Break("add_bos_token", .uint32(1), word: "bool"),
        Break("add_space_prefix", .bool(1), word: "not supported"),
    ]

    @Test(arguments: breaks)
    func refusesByKey(broken: Break) throws {
        let writer = smallGGUF { $0.set(broken.key, broken.value) }
        let error = try #require(throws: TokenizerError.self) {
            try AutoTokenizer.from(gguf: metadata(writer))
        }
        #expect(error.file == "test.gguf")
        #expect(error.field == broken.field)
        #expect(error.description.contains(broken.word), "\(error)")
    }

    @Test func refusesTokensThatAreThereTwiceOrNoText() throws {
        var tokens = ByteAlphabet.scalars.map { GGUFWriter.Value.string(String($0)) }
        tokens += ["ab", "abc", "Ġa", "<|end|>", "<|end|>", "<|pad|>", ""].map { .string($0) }
        let twice = smallGGUF { $0.set("tokenizer.ggml.tokens", .array(.string, tokens)) }
        let error = try #require(throws: TokenizerError.self) {
            try AutoTokenizer.from(gguf: metadata(twice))
        }
        #expect(error.field == "tokenizer.ggml.tokens[260]")
        #expect(error.description.contains("twice"))
        tokens[3] = .bytes([0xC3])
        let broken = smallGGUF { $0.set("tokenizer.ggml.tokens", .array(.string, tokens)) }
        let second = try #require(throws: TokenizerError.self) {
            try AutoTokenizer.from(gguf: metadata(broken))
        }
        #expect(second.field == "tokenizer.ggml.tokens[3]")
    }

    @Test(arguments: ["none", "no_vocab"])
    func aFileMayHaveNoVocabulary(model: String) throws {
        let writer = smallGGUF { $0.set("tokenizer.ggml.model", .string(model)) }
        #expect(
            throws: TokenizerError.missingVocab(
                folder: "test.gguf", reason: "the file says it has no vocabulary")
        ) { try AutoTokenizer.from(gguf: metadata(writer)) }
    }

    /// A vocabulary of SentencePiece.
    static func pieces(_ edit: (inout GGUFWriter) -> Void = { _ in }) -> GGUFWriter {
        var writer = GGUFWriter()
        writer.set("tokenizer.ggml.model", .string("llama"))
        let tokens = ["<unk>", "<s>", "</s>", "▁", "a", "b", "▁a", "ab", "▁▁", "[PAD9]"]
        writer.set("tokenizer.ggml.tokens", .strings(tokens))
        writer.set("tokenizer.ggml.scores", .floats([0, 0, 0, -4, -5, -6, -1, -2, 0, -1_000]))
        writer.set("tokenizer.ggml.token_type", .int32s([2, 3, 3, 1, 1, 1, 1, 1, 4, 5]))
        edit(&writer)
        return writer
    }

    @Test func readsPiecesOfAllKinds() throws {
        let tokenizer = try AutoTokenizer.from(gguf: metadata(Self.pieces()))
        #expect(tokenizer.encode(text: "ab", addSpecialTokens: true) == [1, 6, 5])
        #expect(tokenizer.encode(text: "a  ab</s>") == [6, 8, 6, 5, 2])
        #expect(tokenizer.decode(tokens: [6, 8, 7]) == "a  ab")
        #expect(tokenizer.encode(text: "z") == [3, 0])
        #expect(tokenizer.vocabularySize == 9)
        let without = try AutoTokenizer.from(
            gguf: metadata(Self.pieces { $0.set("tokenizer.ggml.add_space_prefix", .bool(0)) }))
        #expect(without.encode(text: "ab", addSpecialTokens: true) == [1, 7])
        // Blanks and marks of blanks are the same to SentencePiece.
        #expect(without.encode(text: "a  ab") == [4, 8, 7])
        #expect(without.encode(text: "a▁▁ab") == [4, 8, 7])
        #expect(without.decode(tokens: [4, 8, 7]) == "a  ab")
    }

    @Test func readsUnigramModels() throws {
        let writer = Self.pieces {
            $0.set("tokenizer.ggml.model", .string("t5"))
            $0.set("tokenizer.ggml.token_type", .int32s([2, 3, 3, 1, 1, 1, 1, 1, 4, 1]))
            $0.set("tokenizer.ggml.eos_token_id", .uint32(2))
        }
        let tokenizer = try AutoTokenizer.from(gguf: metadata(writer))
        #expect(tokenizer.encode(text: "ab", addSpecialTokens: true) == [3, 7, 2])
    }

    static let brokenPieces: [Break] = [
        Break("scores", nil, word: "missing"),
        Break("scores", .floats([1]), word: "1 elements"),
        Break(
            "scores", .floats(Array(repeating: .nan, count: 10)), at: "scores[0]", word: "finite"),
        Break("scores", .strings([]), word: "0 elements"),
        Break("token_type", .int32s(Array(repeating: 1, count: 10)), at: "tokens", word: "unknown"),
        Break(
            "token_type", .int32s([2, 3, 3, 1, 5, 1, 1, 1, 1, 1]), at: "tokens[6]",
            word: "unused"),
        Break(
            "token_type", .int32s([2, 3, 3, 1, 6, 1, 1, 1, 1, 1]), at: "tokens[4]", word: "byte"),
        Break(
            "tokens", .strings(["<unk>", "", "c", "d", "e", "f", "g", "h", "i", "j"]),
            at: "tokens[1]", word: "bytes"),
        Break("unknown_token_id", .uint32(10), word: "10 tokens"),
        Break("remove_extra_whitespaces", .bool(1), word: "folding"),
        Break("precompiled_charsmap", .array(.uint8, [.integer(.uint8, 1)]), word: "table"),
    ]

    @Test(arguments: brokenPieces)
    func refusesPiecesByKey(broken: Break) throws {
        let writer = Self.pieces { writer in
            writer.set(broken.key, broken.value)
            // Read only where no token is of the kind.
            if broken.key.hasSuffix("unknown_token_id") {
                writer.set("tokenizer.ggml.token_type", nil)
            }
        }
        let error = try #require(throws: TokenizerError.self) {
            try AutoTokenizer.from(gguf: metadata(writer))
        }
        #expect(error.field == broken.field, "\(error)")
        #expect(error.description.contains(broken.word), "\(error)")
    }
}
