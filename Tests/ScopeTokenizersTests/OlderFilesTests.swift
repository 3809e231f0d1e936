import ScopeFiles
import TestFixtures
import Testing

@testable import ScopeTokenizers

/// `vocab.json` with `merges.txt`, and `tokenizer.model`, also where they are broken.
@Suite struct OlderFilesTests {
    private static func file(_ name: String, _ text: String) -> FileContents {
        FileContents(copying: Array(text.utf8), name: name)
    }

    private static func load(
        vocab: String = #"{"a":0,"b":1,"ab":2,"<x>":3}"#, merges: String = "#version: 0.2\na b\n",
        configuration: String? = nil, added: String? = nil
    ) throws -> any Tokenizer {
        var files = [file("vocab.json", vocab), file("merges.txt", merges)]
        if let configuration { files.append(file("tokenizer_config.json", configuration)) }
        if let added { files.append(file("added_tokens.json", added)) }
        return try AutoTokenizer.from(FileFolder(name: "two files", files: files))
    }

    @Test(arguments: ["a b", "a b\n", "#version: 0.2\r\na b\r\n"])
    func linesMayEndEitherWay(_ merges: String) throws {
        let tokenizer = try Self.load(merges: merges)
        #expect(tokenizer.encode(text: "abba") == [2, 1, 0])
    }

    @Test func tokensAreAdded() throws {
        let tokenizer = try Self.load(
            configuration: #"{"tokenizer_class":"GPT2Tokenizer","bos_token":{"content":"<x>"},"#
                + #""additional_special_tokens":["<y>"],"add_bos_token":true}"#,
            added: #"{"<y>":4,"<z>":5}"#)
        #expect(tokenizer.encode(text: "ab<x>a<y>b<z>") == [2, 3, 0, 4, 1, 5])
        #expect(tokenizer.encode(text: "a", addSpecialTokens: true) == [3, 0])
        #expect(
            tokenizer.decode(tokens: [2, 3, 0, 4, 1, 5], skipSpecialTokens: true) == "abab<z>")
        #expect(tokenizer.vocabularySize == 6 && tokenizer.bosTokenId == 3)
    }

    @Test(arguments: [
        ("a\n", "line 1", 0), ("a b\n\n", "line 2", 4), ("a b c\n", "line 1", 0),
        ("a b\na c\n", "line 2", 4), ("a b\nb a\n", "line 2", 4),
    ])
    func brokenMergesNameTheLine(merges: String, field: String, position: Int) throws {
        let error = try #require(throws: TokenizerError.self) { try Self.load(merges: merges) }
        guard case .file(.malformed("merges.txt", field, position, _)) = error else {
            Issue.record("\(error)")
            return
        }
    }

    @Test func mergesMustBeText() throws {
        let files = [
            Self.file("vocab.json", #"{"a":0}"#),
            FileContents(copying: [0xC4, 0x20, 0x61], name: "merges.txt"),
        ]
        #expect(
            throws: TokenizerError.file(
                .malformed(file: "merges.txt", reason: "is not valid UTF-8"))
        ) {
            try AutoTokenizer.from(FileFolder(name: "two files", files: files))
        }
    }

    @Test(arguments: [
        (#"{"tokenizer_class":"RobertaTokenizer"}"#, "tokenizer_class"),
        (#"{"pad_token":"<pad>"}"#, "pad_token"),
        (#"{"added_tokens_decoder":{"7":{"content":"<y>"}}}"#, "added_tokens_decoder"),
    ])
    func refusesWhatItCannotKnow(configuration: String, field: String) throws {
        let error = try #require(throws: TokenizerError.self) {
            try Self.load(configuration: configuration)
        }
        guard case .unsupportedTokenizer("tokenizer_config.json", field, _) = error else {
            Issue.record("\(error)")
            return
        }
    }

    @Test(arguments: [#"{"<y>":1}"#, #"{"<y>":99999999}"#, #"{"":4}"#, #"{"a":4}"#])
    func refusesWrongAddedTokens(_ added: String) throws {
        let error = try #require(throws: TokenizerError.self) { try Self.load(added: added) }
        #expect(error.file == "added_tokens.json")
    }
}

/// Faults of `tokenizer.model`.
@Suite struct BrokenSentencePieceTests {
    /// A message with one piece each of `spellings`, the first unknown, and identity normalization.
    private static func model(
        _ spellings: [[UInt8]] = [Array("<unk>".utf8), Array("a".utf8)], kinds: [UInt8] = [2, 1],
        trainer: [UInt8] = [24, 2], normalizer: [UInt8] = [32, 0]
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        for (spelling, kind) in zip(spellings, kinds) {
            let piece = [10, UInt8(spelling.count)] + spelling + [21, 0, 0, 0, 191, 24, kind]
            bytes += [10, UInt8(piece.count)] + piece
        }
        bytes += [18, UInt8(trainer.count)] + trainer
        return bytes + [26, UInt8(normalizer.count)] + normalizer
    }

    private static func load(_ bytes: [UInt8]) throws(TokenizerError) -> any Tokenizer {
        try AutoTokenizer.from(
            sentencePieceModel: FileContents(copying: bytes, name: "tokenizer.model"))
    }

    @Test(arguments: [[24, 1], [24, 2]] as [[UInt8]])
    func smallModelsLoad(_ trainer: [UInt8]) throws {
        let tokenizer = try Self.load(Self.model(trainer: trainer))
        #expect(tokenizer.encode(text: "aa") == [0, 1, 1])
        #expect(tokenizer.decode(tokens: [1, 0, 1]) == "a<unk>a")
    }

    static let faults: [([UInt8], String?, Int)] = [
        ([], nil, 0),
        ([0x80], nil, 0),
        ([0x0A], nil, 1),
        ([0x0A, 5, 1], nil, 1),
        ([0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1], nil, 1),
        ([0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 2], nil, 1),
        ([0x0B], nil, 0),
        ([0x02, 0], nil, 0),
        ([0x08, 1], nil, 0),
        ([0x2D, 0, 0], nil, 1),
        ([0x0A, 2, 0x0A, 1], "pieces[0]", 3),
        ([0x0A, 3, 0x0A, 1, 0xFF], "pieces[0]", 2),
        ([0x0A, 2, 0x0A, 0], "pieces[0]", 0),
        ([0x0A, 5, 0x15, 0, 0, 0xC0, 0x7F], "pieces[0]", 2),
        ([0x0A, 2, 0x18, 9], "pieces[0]", 2),
        ([0x0A, 2, 0x10, 1], "pieces[0]", 2),
        (model([[97], [97]]), "pieces[1]", 12),
        (model([[60], [60, 97]], kinds: [2, 6]), "pieces[1]", 12),
        (model(trainer: [24, 9]), "trainer_spec", 30),
    ]

    @Test(arguments: faults)
    func namesWhatIsWrong(bytes: [UInt8], field: String?, position: Int) throws {
        let error = try #require(throws: TokenizerError.self) { try Self.load(bytes) }
        guard case .file(.malformed("tokenizer.model", field, let found, _)) = error else {
            Issue.record("\(bytes): \(error)")
            return
        }
        #expect(found == position, "\(error)")
    }

    @Test(arguments: [
        (model(kinds: [2, 4]), "pieces[1].type"), (model(kinds: [2, 5]), "pieces[1].type"),
        (model(kinds: [1, 1]), "pieces"), (model(trainer: [24, 3]), "trainer_spec.model_type"),
        (model(trainer: [24, 2, 192, 1, 1]), "trainer_spec.treat_whitespace_as_suffix"),
        (model(normalizer: []), "normalizer_spec.remove_extra_whitespaces"),
        (model(normalizer: [32, 0, 18, 1, 0]), "normalizer_spec.precompiled_charsmap"),
        (model(normalizer: [32, 0, 40, 0]), "normalizer_spec.escape_whitespaces"),
    ])
    func namesWhatIsNotSupported(bytes: [UInt8], field: String) throws {
        let error = try #require(throws: TokenizerError.self) { try Self.load(bytes) }
        guard case .unsupportedTokenizer("tokenizer.model", field, _) = error else {
            Issue.record("\(error)")
            return
        }
    }

    /// Every beginning of a file, and bytes changed at random: an error or a tokenizer that works.
    @Test func mutatedFilesEnd() throws {
        let fixture = try #require(SentencePieceTests.fixtures.first)
        let contents = try fixture.folder.contents("tokenizer.model")
        let bytes = contents.copy(0..<contents.byteCount)
        for count in stride(from: 0, to: bytes.count - 1, by: 53) {
            #expect(throws: TokenizerError.self) { try Self.load(Array(bytes[..<count])) }
        }
        var generator = SplitMix(state: 5)
        var loaded = 0
        for _ in 0..<150 {
            var changed = bytes
            for _ in 0..<1 + generator.next() % 3 {
                let place = Int(generator.next() % UInt64(bytes.count))
                changed[place] = UInt8(truncatingIfNeeded: generator.next())
            }
            guard let tokenizer = try? Self.load(changed) else { continue }
            let ids = tokenizer.encode(text: "def f(x): é\u{1F600}")
            #expect(ids.allSatisfy { tokenizer.bytes(of: $0) != nil })
            loaded += 1
        }
        #expect(loaded > 5)
    }
}
