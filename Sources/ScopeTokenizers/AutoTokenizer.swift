public import ScopeFiles

/// Makes the tokenizer that a model folder describes.
///
/// What decides is `model.type` of `tokenizer.json`, not the class that `tokenizer_config.json`
/// names. Byte-level byte-pair encodings are supported: those of GPT-2, Llama 3, Qwen 2,
/// StarCoder, DeepSeek and their relatives.
public enum AutoTokenizer {
    /// Reads `tokenizer.json`, and `tokenizer_config.json` if it is there.
    ///
    /// - Parameter folder: the model folder.
    /// - Returns: the tokenizer.
    /// - Throws: ``TokenizerError`` naming the file and the field that is wrong or not supported.
    /// - Complexity: O(size of the files).
    public static func from(_ folder: FileFolder) throws(TokenizerError) -> any Tokenizer {
        guard folder.contains("tokenizer.json") else {
            let others = ["tokenizer.model", "vocab.json", "merges.txt"].filter(folder.contains)
            let reason =
                others.isEmpty
                ? "no tokenizer.json"
                : "no tokenizer.json; \(others.joined(separator: ", ")) is not supported yet"
            throw .missingVocab(folder: folder.name, reason: reason)
        }
        let configuration: FileContents?
        let tokenizer: FileContents
        do {
            tokenizer = try folder.contents(of: "tokenizer.json")
            configuration =
                folder.contains("tokenizer_config.json")
                ? try folder.contents(of: "tokenizer_config.json") : nil
        } catch {
            throw .file(error)
        }
        return try from(tokenizerFile: tokenizer, configuration: configuration)
    }

    /// Reads a tokenizer from files that are open already.
    ///
    /// - Parameters:
    ///   - tokenizerFile: a `tokenizer.json`.
    ///   - configuration: a `tokenizer_config.json`, which names the tokens that begin and end
    ///     sequences.
    /// - Returns: the tokenizer.
    /// - Throws: ``TokenizerError`` naming the file and the field that is wrong or not supported.
    /// - Complexity: O(size of the files).
    public static func from(
        tokenizerFile: FileContents, configuration: FileContents? = nil
    ) throws(TokenizerError) -> any Tokenizer {
        try TokenizerFile(tokenizerFile, configuration: configuration).tokenizer()
    }
}
