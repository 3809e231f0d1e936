public import ScopeFiles

extension ChatTemplate {
    private static let key = "tokenizer.chat_template"

    /// The keys that name the tokens which templates know.
    private static let tokenKeys = [
        "bos_token": "tokenizer.ggml.bos_token_id",
        "eos_token": "tokenizer.ggml.eos_token_id",
        "unk_token": "tokenizer.ggml.unknown_token_id",
        // Spelled so by the format.
        "sep_token": "tokenizer.ggml.seperator_token_id",
        "pad_token": "tokenizer.ggml.padding_token_id",
        "cls_token": "tokenizer.ggml.cls_token_id",
        "mask_token": "tokenizer.ggml.mask_token_id",
    ]

    /// Reads the chat template in the metadata of a GGUF file.
    ///
    /// It is `tokenizer.chat_template`, and where tools are given
    /// `tokenizer.chat_template.tool_use` if that is there.
    ///
    /// - Parameter gguf: the metadata of a file, or of the first part of several.
    /// - Returns: the template; nil if the file holds none.
    /// - Throws: ``ChatTemplateError`` for metadata and templates that cannot be read.
    /// - Complexity: O(bytes).
    public static func from(gguf: GGUFMetadata) throws(ChatTemplateError) -> ChatTemplate? {
        guard let main = gguf[key] else { return nil }
        let source: String
        let toolSource: String?
        let tokens: [String: String]
        do {
            source = try main.string()
            toolSource = try gguf["\(key).tool_use"]?.string()
            tokens = try Self.tokens(of: gguf)
        } catch {
            throw .file(error)
        }
        return try ChatTemplate(
            source: source, toolSource: toolSource, name: "\(gguf.file): \(key)",
            specialTokens: tokens)
    }

    private static func tokens(of gguf: GGUFMetadata) throws(FileError) -> [String: String] {
        guard let array = try gguf["tokenizer.ggml.tokens"]?.array() else { return [:] }
        var names: [Int: [String]] = [:]
        for (name, key) in tokenKeys {
            guard let value = gguf[key] else { continue }
            let id = try value.int()
            if id == -1 || id == Int(UInt32.max) { continue }
            guard id >= 0, id < array.count else {
                throw value.error("is \(id), there are \(array.count) tokens")
            }
            names[id, default: []].append(name)
        }
        var tokens: [String: String] = [:]
        for (id, spelling) in try array.strings().enumerated() {
            guard let wanted = names[id] else { continue }
            guard let text = String(validating: spelling, as: UTF8.self) else {
                throw array.error(id, "is not valid UTF-8")
            }
            for name in wanted { tokens[name] = text }
        }
        return tokens
    }
}
