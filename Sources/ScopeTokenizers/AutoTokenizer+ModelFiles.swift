public import ScopeFiles

extension AutoTokenizer {
    /// Makes the tokenizer of a model, whichever layout its files have.
    ///
    /// - Parameter files: the model's folder, or its GGUF files.
    /// - Returns: the tokenizer.
    /// - Throws: ``TokenizerError`` naming the file and the field that is wrong or not supported.
    /// - Complexity: O(size of the files).
    public static func from(_ files: ModelFiles) throws(TokenizerError) -> any Tokenizer {
        switch files {
        case .folder(let folder): try from(folder)
        case .gguf(let model): try from(gguf: model.metadata)
        }
    }
}

extension ChatTemplate {
    /// Reads the chat template of a model, whichever layout its files have.
    ///
    /// - Parameter files: the model's folder, or its GGUF files.
    /// - Returns: the template; nil if the files hold none.
    /// - Throws: ``ChatTemplateError`` for files and templates that cannot be read.
    /// - Complexity: O(bytes).
    public static func from(_ files: ModelFiles) throws(ChatTemplateError) -> ChatTemplate? {
        switch files {
        case .folder(let folder): try from(folder)
        case .gguf(let model): try from(gguf: model.metadata)
        }
    }
}
