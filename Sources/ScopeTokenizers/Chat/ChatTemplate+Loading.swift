public import ScopeFiles

extension ChatTemplate {
    private static let configurationFile = "tokenizer_config.json"
    private static let templateFile = "chat_template.jinja"
    private static let tokensFile = "special_tokens_map.json"

    /// The tokens that templates know by name.
    private static let tokenNames = [
        "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token",
    ]

    /// Reads the chat template of a model's folder.
    ///
    /// It is `chat_template.jinja`, else `chat_template` of `tokenizer_config.json`: a string, or a
    /// list of named templates of which "default" is taken, and "tool_use" where tools are given.
    /// Special tokens come from `tokenizer_config.json`; of old folders, whose configuration lists
    /// no added tokens, also from `special_tokens_map.json`. A folder without any of these files
    /// may hold a model in GGUF files, see ``from(gguf:)``.
    ///
    /// - Parameter folder: the model's folder.
    /// - Returns: the template; nil if the folder holds none.
    /// - Throws: ``ChatTemplateError`` for files and templates that cannot be read.
    /// - Complexity: O(bytes).
    public static func from(_ folder: FileFolder) throws(ChatTemplateError) -> ChatTemplate? {
        let parts: (main: (name: String, source: String)?, forTools: String?)
        let tokens: [String: String]
        if !folder.contains(configurationFile), !folder.contains(templateFile),
            folder.fileNames.contains(where: { $0.hasSuffix(".gguf") })
        {
            return try from(gguf: metadata(of: folder))
        }
        do {
            let configuration = try configuration(of: folder)
            parts = try templates(in: folder, configuration)
            tokens = try Self.tokens(in: folder, configuration)
        } catch {
            throw .file(error)
        }
        guard let main = parts.main else { return nil }
        return try ChatTemplate(
            source: main.source, toolSource: parts.forTools, name: main.name,
            specialTokens: tokens)
    }

    private static func metadata(
        of folder: FileFolder
    ) throws(ChatTemplateError) -> GGUFMetadata {
        do {
            return try GGUFModel(folder).metadata
        } catch {
            throw .file(error)
        }
    }

    private static func configuration(of folder: FileFolder) throws(FileError) -> JSONValue? {
        guard folder.contains(configurationFile) else { return nil }
        let root = try JSONDocument(folder.contents(of: configurationFile)).root
        guard root.kind == .object else { throw root.mismatch("an object") }
        return root
    }

    private static func templates(
        in folder: FileFolder, _ configuration: JSONValue?
    ) throws(FileError) -> (main: (name: String, source: String)?, forTools: String?) {
        var main: (name: String, source: String)?
        var forTools: String?
        if let field = configuration?["chat_template"], !field.isNull {
            let name = "\(configurationFile): chat_template"
            if field.kind == .array {
                for entry in try field.elements() {
                    let source = try entry.required("template").string()
                    switch try entry.required("name").string() {
                    case "default": main = (name, source)
                    case "tool_use": forTools = source
                    default: break
                    }
                }
                if main == nil, !folder.contains(templateFile) {
                    throw field.error("lists no template named \"default\"")
                }
            } else {
                main = (name, try field.string())
            }
        }
        if folder.contains(templateFile) {
            let contents = try folder.contents(of: templateFile)
            guard contents.byteCount <= maximumSource else {
                throw .tooLarge(
                    file: templateFile, reason: "is longer than \(maximumSource) bytes")
            }
            let bytes = contents.copy(0..<contents.byteCount)
            guard let source = String(validating: bytes, as: UTF8.self) else {
                throw .malformed(file: templateFile, reason: "is not valid UTF-8")
            }
            main = (templateFile, source)
            forTools = nil
        }
        return (main, forTools)
    }

    private static func tokens(
        in folder: FileFolder, _ configuration: JSONValue?
    ) throws(FileError) -> [String: String] {
        var tokens = try tokens(in: configuration, except: [])
        let isOld = configuration?["added_tokens_decoder"] == nil
        if isOld, folder.contains(tokensFile) {
            let map = try JSONDocument(folder.contents(of: tokensFile)).root
            let known = tokenNames.filter { configuration?[$0] != nil }
            tokens.merge(try Self.tokens(in: map, except: Set(known))) { first, _ in first }
        }
        return tokens
    }

    /// Tokens given by their text, or by an object that holds it.
    private static func tokens(
        in object: JSONValue?, except known: Set<String>
    ) throws(FileError) -> [String: String] {
        var tokens: [String: String] = [:]
        for name in tokenNames where !known.contains(name) {
            guard let field = object?[name], !field.isNull else { continue }
            tokens[name] =
                field.kind == .object
                ? try field.required("content").string() : try field.string()
        }
        return tokens
    }
}
