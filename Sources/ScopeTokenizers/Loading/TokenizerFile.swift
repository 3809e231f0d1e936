internal import ScopeFiles

/// Builds a tokenizer from `tokenizer.json`: the one place that knows the format's names.
///
/// Each part of the file becomes a value of the pipeline. What is not supported is an error that
/// names the field, never ignored; only truncation and padding are, as text is never cut or padded
/// behind the caller's back.
struct TokenizerFile {
    let root: FileField
    let configuration: FileField?

    init(_ contents: FileContents, configuration: FileContents?) throws(TokenizerError) {
        root = try FileField(root: contents)
        guard let configuration else {
            self.configuration = nil
            return
        }
        self.configuration = try FileField(root: configuration)
    }

    func tokenizer() throws(TokenizerError) -> PreTrainedTokenizer {
        if let version = root["version"], try version.string() != "1.0" {
            throw version.unsupportedName()
        }
        let modelField = try root.required("model")
        let isUnigram = try Self.isUnigram(modelField)
        let normalizer = try Self.normalizer(root["normalizer"])
        let (preTokenizer, isByteLevel) = try Self.preTokenizer(root["pre_tokenizer"])
        let decoder = try Self.decoder(root["decoder"], in: root)
        try checkAlphabet(decoder, isByteLevel: isByteLevel, isUnigram: isUnigram)
        let model: TokenModel =
            isUnigram
            ? .unigram(try Self.unigram(modelField))
            : try Self.pairModel(modelField, isByteLevel: isByteLevel)
        return try tokenizer(
            model: model, normalizer: normalizer, preTokenizer: preTokenizer, decoder: decoder)
    }

    /// Bytes must be spelled before the model and read after it in the same alphabet.
    private func checkAlphabet(
        _ decoder: Decoder, isByteLevel: Bool, isUnigram: Bool
    ) throws(TokenizerError) {
        var construct: (field: String, what: String)?
        switch (decoder, isByteLevel) {
        case (.byteLevel, false): construct = ("pre_tokenizer", "a model without \"ByteLevel\"")
        case (.spelling, true):
            construct = ("decoder.type", root["decoder"]?.value["type"]?.lexeme ?? "")
        case (.byteLevel, true):
            if isUnigram { construct = ("model.type", "\"Unigram\" on bytes") }
        case (.spelling, false): break
        }
        guard let construct else { return }
        throw .unsupportedTokenizer(
            file: root.file, field: construct.field, construct: construct.what)
    }

    private func tokenizer(
        model: TokenModel, normalizer: Normalizer, preTokenizer: PreTokenizer, decoder: Decoder
    ) throws(TokenizerError) -> PreTrainedTokenizer {
        let added = AddedVocabulary(
            try Self.addedTokens(root["added_tokens"], vocabulary: model.vocabulary),
            normalizer: normalizer)
        let holds = { (id: Int) in added.token(id) != nil || model.vocabulary.contains(id) }
        let postProcessor =
            try root["post_processor"].map { field throws(TokenizerError) in
                try Self.postProcessor(field, holdsToken: holds)
            } ?? .none
        let named = { (name: String) throws(TokenizerError) -> Int? in
            guard let content = try Self.configuredToken(configuration?[name]) else { return nil }
            return added.id(ofContent: content) ?? model.vocabulary.id(ofSpelling: content)
        }
        var tokenizer = PreTrainedTokenizer(
            added: added, normalizer: normalizer, preTokenizer: preTokenizer, model: model,
            postProcessor: postProcessor, decoder: decoder, bos: try named("bos_token"),
            eos: try named("eos_token"))
        tokenizer.fillInTheMiddleTokens = try FillInTheMiddleTokens(
            FillInTheMiddleTokens.configuredNames, id: named)
        return tokenizer
    }

    /// A token of `tokenizer_config.json`: its name, or an object that holds it.
    static func configuredToken(_ field: FileField?) throws(TokenizerError) -> [UInt8]? {
        guard let field else { return nil }
        guard field.value.kind == .object else { return try field.utf8() }
        return try field.required("content").utf8()
    }
}
