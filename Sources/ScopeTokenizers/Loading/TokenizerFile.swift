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
        try Self.checkModelType(modelField)
        let normalizer = try Self.normalizer(root["normalizer"])
        let preTokenizer = try Self.preTokenizer(root["pre_tokenizer"], in: root)
        let decoder = try Self.decoder(root["decoder"], in: root)
        let model = try Self.model(modelField)
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
        return PreTrainedTokenizer(
            added: added, normalizer: normalizer, preTokenizer: preTokenizer, model: model,
            postProcessor: postProcessor, decoder: decoder, bos: try named("bos_token"),
            eos: try named("eos_token"))
    }

    /// A token of `tokenizer_config.json`: its name, or an object that holds it.
    private static func configuredToken(_ field: FileField?) throws(TokenizerError) -> [UInt8]? {
        guard let field else { return nil }
        guard field.value.kind == .object else { return try field.utf8() }
        return try field.required("content").utf8()
    }
}
