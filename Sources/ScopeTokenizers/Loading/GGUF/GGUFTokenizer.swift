internal import ScopeFiles

/// Builds a tokenizer from the metadata of a GGUF file.
struct GGUFTokenizer {
    private static let mark = Array("\u{2581}".utf8)
    private static let preKey = "tokenizer.ggml.pre"

    let fields: GGUFFields
    /// What to take in place of the file's `tokenizer.ggml.pre`.
    let preTokenizer: String?

    init(_ metadata: GGUFMetadata, preTokenizer: String?) {
        fields = GGUFFields(metadata: metadata)
        self.preTokenizer = preTokenizer
    }

    func tokenizer() throws(TokenizerError) -> PreTrainedTokenizer {
        let key = "tokenizer.ggml.model"
        switch try fields.string(key) {
        case "gpt2": return try pairTokenizer(recipeName())
        case "gemma4": return try pairTokenizer("gemma4")
        case "llama": return try SentencePieceFile(.init(fields, .bytePair)).tokenizer()
        case "t5": return try SentencePieceFile(.init(fields, .unigram)).tokenizer()
        case "none", "no_vocab":
            throw .missingVocab(folder: fields.file, reason: "the file says it has no vocabulary")
        case let other: throw fields.unsupported(key, other.prefix(80).debugDescription)
        }
    }

    private func recipeName() throws(TokenizerError) -> String {
        if let preTokenizer { return preTokenizer }
        guard fields.metadata[Self.preKey] != nil else {
            // llama.cpp guesses here, and warns that the text it gives is worse.
            throw fields.unsupported(
                Self.preKey, "a file that does not say how text is cut into words")
        }
        return try fields.string(Self.preKey)
    }

    private func pairTokenizer(_ name: String) throws(TokenizerError) -> PreTrainedTokenizer {
        guard let recipe = GGUFPreTokenizer.named(name) else {
            throw fields.unsupported(Self.preKey, name.prefix(80).debugDescription)
        }
        let list = try GGUFTokenList(fields)
        let (vocabulary, tokens) = try vocabulary(list, spellsBytes: recipe.isByteLevel)
        let merges = try GGUFMerges(fields).table(
            vocabulary: vocabulary, spellsBytes: recipe.isByteLevel)
        let pairs = BytePairModel(
            vocabulary: vocabulary, merges: merges, ignoresMerges: recipe.ignoresMerges)
        let normalizer = Normalizer(steps: normalizerSteps(recipe))
        let bos = try list.id("bos")
        let eos = try list.id("eos")
        var tokenizer = PreTrainedTokenizer(
            added: AddedVocabulary(tokens, normalizer: normalizer), normalizer: normalizer,
            preTokenizer: try steps(recipe), model: try model(pairs, list, recipe),
            postProcessor: try postProcessor(recipe, bos: bos, eos: eos),
            decoder: try decoder(recipe), bos: bos, eos: eos, markers: try list.markers())
        tokenizer.fillInTheMiddleTokens = try list.fillInTheMiddleTokens()
        return tokenizer
    }

    private func vocabulary(
        _ list: GGUFTokenList, spellsBytes: Bool
    ) throws(TokenizerError) -> (Vocabulary, [AddedToken]) {
        var vocabulary = Vocabulary(capacity: list.count, spellsBytes: spellsBytes)
        var tokens: [AddedToken] = []
        try list.forEach { id, spelling throws(TokenizerError) in
            let kind = list.kinds[id]
            // Padding of the vocabulary, which no text leads to.
            if spelling.isEmpty || kind == .unused { return }
            guard vocabulary.insert(spelling: Array(spelling), id: id) else {
                throw list.malformed(id, "the token is there twice")
            }
            if kind == .normal || kind == .byte { return }
            guard spelling.count <= AddedToken.longestContent else {
                throw list.malformed(
                    id, "a token found in texts must have 1 to \(AddedToken.longestContent) bytes")
            }
            tokens.append(
                AddedToken(id: id, content: Array(spelling), isSpecial: kind != .userDefined))
        }
        guard vocabulary.count > 0 else { throw .file(list.array.value.error("holds no tokens")) }
        return (vocabulary, tokens)
    }

    private func normalizerSteps(_ recipe: GGUFPreTokenizer) -> [Normalizer.Step] {
        if recipe.composes { return [.nfc] }
        if recipe.isByteLevel { return [] }
        return [.replace(.literal([UInt8(ascii: " ")]), with: Self.mark)]
    }

    private func steps(_ recipe: GGUFPreTokenizer) throws(TokenizerError) -> PreTokenizer {
        let prefix = "tokenizer.ggml.add_space_prefix"
        if try fields.flag(prefix) ?? false {
            throw fields.unsupported(prefix, "a blank put first")
        }
        var steps: [PreTokenizer.Step] = []
        for pattern in recipe.patterns {
            do {
                steps.append(.split(Splitter(.regex(try CompiledRegex.shared(pattern)), .isolated)))
            } catch {
                throw fields.unsupported(Self.preKey, error.reason)
            }
        }
        return PreTokenizer(steps: steps)
    }

    private func model(
        _ pairs: BytePairModel, _ list: GGUFTokenList, _ recipe: GGUFPreTokenizer
    ) throws(TokenizerError) -> TokenModel {
        if recipe.isByteLevel { return .bytePair(pairs) }
        var rules = UnknownCharacters(isFused: true)
        rules.unknownToken = try list.id("unknown").map { UInt32($0) }
        if list.kinds.contains(.byte) {
            rules.byteTokens = UnknownCharacters.byteTokens(in: pairs.vocabulary)
        }
        return .characterPair(CharacterPairModel(pairs: pairs, unknown: rules))
    }

    private func postProcessor(
        _ recipe: GGUFPreTokenizer, bos: Int?, eos: Int?
    ) throws(TokenizerError) -> PostProcessor {
        let addsBOS = try fields.flag("tokenizer.ggml.add_bos_token") ?? recipe.addsBOS
        let addsEOS = try fields.flag("tokenizer.ggml.add_eos_token") ?? false
        let before = addsBOS ? [bos].compactMap(\.self) : []
        let after = addsEOS ? [eos].compactMap(\.self) : []
        return before.isEmpty && after.isEmpty ? .none : .template(before: before, after: after)
    }

    private func decoder(_ recipe: GGUFPreTokenizer) throws(TokenizerError) -> Decoder {
        if recipe.isByteLevel { return .byteLevel }
        return .spelling(
            SpellingDecoder(
                steps: [.replace(.literal(Self.mark), with: [UInt8(ascii: " ")])],
                fallsBackToBytes: true))
    }
}
