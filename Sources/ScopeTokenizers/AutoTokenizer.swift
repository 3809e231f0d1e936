public import ScopeFiles

/// Makes the tokenizer that a model folder describes.
///
/// What decides is `model.type` of `tokenizer.json`, not the class that `tokenizer_config.json`
/// names. There are byte-pair encodings on bytes, those of GPT-2, Llama 3, Qwen 2, StarCoder,
/// DeepSeek and their relatives; byte-pair encodings on characters, those of Llama 2, Mistral and
/// Gemma; and unigram models. Folders without `tokenizer.json` may hold the `vocab.json` and
/// `merges.txt` of GPT-2, a `tokenizer.model` of SentencePiece or a model in GGUF files, whose
/// metadata hold the tokenizer.
public enum AutoTokenizer {
    /// Reads `tokenizer.json`, or the older files in its place, and `tokenizer_config.json` if it
    /// is there.
    ///
    /// - Parameter folder: the model folder.
    /// - Returns: the tokenizer.
    /// - Throws: ``TokenizerError`` naming the file and the field that is wrong or not supported.
    /// - Complexity: O(size of the files).
    public static func from(_ folder: FileFolder) throws(TokenizerError) -> any Tokenizer {
        guard folder.contains("tokenizer.json") else {
            if folder.contains("vocab.json") || folder.contains("merges.txt") {
                return try VocabularyFiles(folder).tokenizer()
            }
            if folder.contains("tokenizer.model") {
                let (model, configuration) = try open("tokenizer.model", in: folder)
                return try from(sentencePieceModel: model, configuration: configuration)
            }
            if folder.fileNames.contains(where: { $0.hasSuffix(".gguf") }) {
                return try from(gguf: ggufMetadata(of: folder))
            }
            throw .missingVocab(
                folder: folder.name,
                reason: "no tokenizer.json, no vocab.json and merges.txt, no tokenizer.model, "
                    + "no GGUF file")
        }
        let (tokenizer, configuration) = try open("tokenizer.json", in: folder)
        return try from(tokenizerFile: tokenizer, configuration: configuration)
    }

    private static func ggufMetadata(
        of folder: FileFolder
    ) throws(TokenizerError) -> GGUFMetadata {
        do {
            return try GGUFModel(folder).metadata
        } catch {
            throw .file(error)
        }
    }

    /// Reads the tokenizer in the metadata of a GGUF file.
    ///
    /// Byte-pair encodings on bytes (`tokenizer.ggml.model` is `gpt2`) and on characters (`gemma4`),
    /// SentencePiece's byte-pair encoding (`llama`) and unigram models (`t5`). The format holds no
    /// pattern that cuts text into words and no normalizer, but the name of a family,
    /// `tokenizer.ggml.pre`; a name that is not known is an error. Control tokens and user-defined
    /// ones are found in texts by their names.
    ///
    /// - Parameters:
    ///   - gguf: the metadata of a file, or of the first part of several.
    ///   - preTokenizer: a name to take in place of the file's `tokenizer.ggml.pre`, for files from
    ///     before there was that key.
    /// - Returns: the tokenizer.
    /// - Throws: ``TokenizerError`` naming the file and the key that is wrong or not supported.
    /// - Complexity: O(size of the metadata).
    public static func from(
        gguf: GGUFMetadata, preTokenizer: String? = nil
    ) throws(TokenizerError) -> any Tokenizer {
        try GGUFTokenizer(gguf, preTokenizer: preTokenizer).tokenizer()
    }

    private static func open(
        _ name: String, in folder: FileFolder
    ) throws(TokenizerError) -> (file: FileContents, configuration: FileContents?) {
        do {
            let file = try folder.contents(of: name)
            guard folder.contains("tokenizer_config.json") else { return (file, nil) }
            return (file, try folder.contents(of: "tokenizer_config.json"))
        } catch {
            throw .file(error)
        }
    }

    /// Reads a model of SentencePiece, byte-pair encoding or unigram, that is open already.
    ///
    /// Names of control tokens in a text become those tokens. `addSpecialTokens` adds what
    /// `add_bos_token` and `add_eos_token` of the configuration say; without them BOS before a
    /// byte-pair encoding, as the classes of Llama do.
    ///
    /// - Parameters:
    ///   - sentencePieceModel: a `tokenizer.model`, in the format of sentencepiece_model.proto.
    ///   - configuration: a `tokenizer_config.json`.
    /// - Returns: the tokenizer.
    /// - Throws: ``TokenizerError`` naming the file and the field that is wrong or not supported.
    /// - Complexity: O(size of the files).
    public static func from(
        sentencePieceModel: FileContents, configuration: FileContents? = nil
    ) throws(TokenizerError) -> any Tokenizer {
        try SentencePieceFile(sentencePieceModel, configuration: configuration).tokenizer()
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
