public import ScopeFiles
public import ScopeTokenizers
internal import ScopeTrace

/// What a model's tokenizer is: its kind, its size, its special tokens.
public struct TokenizerSummary: Codable, Equatable, Sendable {
    /// A token that is no piece of text.
    public struct SpecialToken: Codable, Equatable, Sendable {
        /// Its number in the vocabulary.
        public let id: Int
        /// Its spelling.
        public let text: String
        /// What it is for, as a trace's `TokenRole` spells it.
        public let role: String
    }

    /// The kind, as its file names it, and the file: `BPE (tokenizer.json)`.
    public let kind: String
    /// One more than the largest id.
    public let vocabularySize: Int
    /// The tokens that are no pieces of text, by id.
    public let specialTokens: [SpecialToken]

    /// Reads the tokenizer of a model.
    ///
    /// - Parameter files: The model's files.
    /// - Throws: `TokenizerError` where it cannot be read.
    /// - Complexity: O(size of the tokenizer's files).
    public init(_ files: ModelFiles) throws(TokenizerError) {
        let tokenizer = try AutoTokenizer.from(files)
        kind = files.tokenizerKind ?? "unknown"
        vocabularySize = tokenizer.vocabularySize
        specialTokens = (0..<tokenizer.vocabularySize).compactMap { id in
            let role = tokenizer.role(of: id)
            guard role != .text, let text = tokenizer.convertIdToToken(id) else { return nil }
            return SpecialToken(id: id, text: text, role: role.rawValue)
        }
    }
}

extension ModelFiles {
    /// What kind of tokenizer the files hold, by a glance at them; nil where there is none.
    var tokenizerKind: String? {
        switch self {
        case .gguf(let model):
            guard let kind = try? model.metadata.string(for: "tokenizer.ggml.model") else {
                return nil
            }
            let pattern = try? model.metadata.string(for: "tokenizer.ggml.pre")
            return "\(kind)\(pattern.map { ", " + $0 } ?? "") (GGUF)"
        case .folder(let folder):
            if folder.contains("tokenizer.json") {
                let kind = try? JSONDocument(folder.contents(of: "tokenizer.json"))
                    .root["model"]?["type"]?.string()
                return "\(kind ?? "BPE") (tokenizer.json)"
            }
            if folder.contains("vocab.json") { return "BPE (vocab.json, merges.txt)" }
            return folder.contains("tokenizer.model") ? "SentencePiece (tokenizer.model)" : nil
        }
    }

    /// Whether there are files for a tokenizer, whole or broken.
    var hasTokenizer: Bool {
        switch self {
        case .gguf(let model): model.metadata["tokenizer.ggml.model"] != nil
        case .folder(let folder):
            ["tokenizer.json", "vocab.json", "merges.txt", "tokenizer.model"]
                .contains(where: folder.contains)
        }
    }
}
