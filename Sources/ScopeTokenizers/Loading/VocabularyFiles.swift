internal import ScopeFiles

/// Builds a tokenizer from `vocab.json` and `merges.txt`, the two files of GPT-2.
///
/// They hold the tokens and nothing of the pipeline, which is that of the class that
/// `tokenizer_config.json` names: GPT-2's, and so are those of classes that only renamed it.
struct VocabularyFiles {
    private static let classes: Set<String> = [
        "GPT2Tokenizer", "GPT2TokenizerFast", "CodeGenTokenizer", "CodeGenTokenizerFast",
    ]

    /// The members of a configuration that name a special token.
    static let specialTokens = [
        "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token",
    ]

    let vocabulary: FileField
    let merges: FileContents
    let configuration: FileField?
    /// `added_tokens.json`, a map from names to ids.
    let added: FileField?

    init(_ folder: FileFolder) throws(TokenizerError) {
        func open(_ name: String) throws(TokenizerError) -> FileContents? {
            guard folder.contains(name) else { return nil }
            do {
                return try folder.contents(of: name)
            } catch {
                throw .file(error)
            }
        }
        guard let vocab = try open("vocab.json"), let merges = try open("merges.txt") else {
            throw .missingVocab(
                folder: folder.name, reason: "vocab.json and merges.txt belong together")
        }
        vocabulary = try FileField(root: vocab)
        self.merges = merges
        configuration = try open("tokenizer_config.json").map { file throws(TokenizerError) in
            try FileField(root: file)
        }
        added = try open("added_tokens.json").map { file throws(TokenizerError) in
            try FileField(root: file)
        }
    }

    func tokenizer() throws(TokenizerError) -> PreTrainedTokenizer {
        if let name = configuration?["tokenizer_class"], try !Self.classes.contains(name.string()) {
            throw name.unsupportedName()
        }
        let vocabulary = try TokenizerFile.vocabulary(vocabulary, spellsBytes: true)
        let list = MergeList(merges)
        let model = BytePairModel(
            vocabulary: vocabulary, merges: try list.table(vocabulary: vocabulary),
            ignoresMerges: false)
        let normalizer = Normalizer(steps: [])
        let addedTokens = AddedVocabulary(
            try addedTokens(vocabulary: vocabulary), normalizer: normalizer)
        let named = { (name: String) throws(TokenizerError) -> Int? in
            guard let content = try TokenizerFile.configuredToken(configuration?[name]) else {
                return nil
            }
            return addedTokens.id(ofContent: content)
        }
        return PreTrainedTokenizer(
            added: addedTokens, normalizer: normalizer, preTokenizer: try preTokenizer(),
            model: .bytePair(model), postProcessor: try postProcessor(bos: named("bos_token")),
            decoder: .byteLevel, bos: try named("bos_token"), eos: try named("eos_token"))
    }

    private func preTokenizer() throws(TokenizerError) -> PreTokenizer {
        let words = try TokenizerFile.regex(PreTokenizer.gpt2Pattern, in: vocabulary)
        let split = PreTokenizer.Step.split(Splitter(.regex(words), .isolated))
        let addsBlank = try configuration?.flag("add_prefix_space") ?? false
        return PreTokenizer(steps: addsBlank ? [.prependBlank, split] : [split])
    }

    private func postProcessor(bos: Int?) throws(TokenizerError) -> PostProcessor {
        guard let bos, try configuration?.flag("add_bos_token") ?? false else { return .none }
        return .template(before: [bos], after: [])
    }

    /// The tokens that a text may name: those added to the vocabulary, and the special ones.
    private func addedTokens(vocabulary: Vocabulary) throws(TokenizerError) -> [AddedToken] {
        var tokens: [AddedToken] = []
        var names: Set<[UInt8]> = []
        var ids: Set<Int> = []
        func add(_ token: AddedToken, _ field: FileField) throws(TokenizerError) {
            guard (1...AddedToken.longestContent).contains(token.content.count) else {
                throw field.malformed(
                    "a token must have 1 to \(AddedToken.longestContent) bytes")
            }
            guard names.insert(token.content).inserted else { return }
            guard token.id < 4 * vocabulary.count + TokenizerLimits.unusedIDs else {
                throw field.malformed("\(token.id) is far beyond the number of tokens")
            }
            let known = vocabulary.id(ofSpelling: token.content)
            guard ids.insert(token.id).inserted, known ?? token.id == token.id,
                known != nil || !vocabulary.contains(token.id)
            else { throw field.malformed("another token has the id \(token.id)") }
            tokens.append(token)
        }
        var extra: [[UInt8]: Int] = [:]
        if let added {
            for (key, value) in try added.members() {
                extra[key.utf8] = try FileField(value, file: added.file).id()
            }
        }
        for field in try specialFields() {
            guard let content = try TokenizerFile.configuredToken(field) else { continue }
            guard let id = extra[content] ?? vocabulary.id(ofSpelling: content) else {
                throw field.unsupported("a special token that is not in the vocabulary")
            }
            try add(AddedToken(id: id, content: content, isSpecial: true), field)
        }
        if let added {
            for (content, id) in extra.sorted(by: { $0.value < $1.value }) {
                try add(AddedToken(id: id, content: content), added)
            }
        }
        return tokens
    }

    private func specialFields() throws(TokenizerError) -> [FileField] {
        guard let configuration else { return [] }
        if let decoder = configuration["added_tokens_decoder"], try decoder.members().count > 0 {
            throw decoder.unsupported("this member beside vocab.json")
        }
        var fields = Self.specialTokens.compactMap { configuration[$0] }
        if let more = configuration["additional_special_tokens"] {
            for element in try more.elements() {
                fields.append(FileField(element, file: configuration.file))
            }
        }
        return fields
    }
}
