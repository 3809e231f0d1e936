internal import ScopeFiles

extension TokenizerFile {
    static func addedTokens(
        _ field: FileField?, vocabulary: Vocabulary
    ) throws(TokenizerError) -> [AddedToken] {
        guard let field else { return [] }
        let elements = try field.elements()
        // As for the vocabulary: ids stay near the number of tokens.
        let limit = 4 * (vocabulary.idLimit + elements.count) + TokenizerLimits.unusedIDs
        var tokens: [AddedToken] = []
        var ids: [Int: [UInt8]] = [:]
        var names: [[UInt8]: Int] = [:]
        for element in elements {
            let entry = FileField(element, file: field.file)
            let token = try addedToken(entry)
            let idField = try entry.required("id")
            guard token.id < limit else {
                throw idField.malformed("\(token.id) is far beyond the number of tokens")
            }
            if let known = vocabulary.id(ofSpelling: token.content), known != token.id {
                throw idField.malformed("is \(token.id), in the vocabulary it is \(known)")
            }
            if let known = names[token.content] {
                guard known == token.id else {
                    throw idField.malformed("is \(token.id), earlier in the list it is \(known)")
                }
                continue
            }
            guard ids.updateValue(token.content, forKey: token.id) == nil else {
                throw idField.malformed("another added token has the id \(token.id)")
            }
            names[token.content] = token.id
            if vocabulary.contains(token.id),
                vocabulary.id(ofSpelling: token.content) != token.id
            {
                throw idField.malformed("another token of the vocabulary has the id \(token.id)")
            }
            tokens.append(token)
        }
        return tokens
    }

    private static func addedToken(_ entry: FileField) throws(TokenizerError) -> AddedToken {
        try entry.allowOnly([
            "id", "content", "single_word", "lstrip", "rstrip", "normalized", "special",
        ])
        let contentField = try entry.required("content")
        let content = try contentField.utf8()
        guard (1...AddedToken.longestContent).contains(content.count) else {
            throw contentField.malformed(
                "must have 1 to \(AddedToken.longestContent) bytes, has \(content.count)")
        }
        let isSpecial = try entry.flag("special")
        return AddedToken(
            id: try entry.required("id").id(), content: content,
            isSingleWord: try entry.flag("single_word"), stripsLeft: try entry.flag("lstrip"),
            stripsRight: try entry.flag("rstrip"),
            isNormalized: try entry.flag("normalized", default: !isSpecial), isSpecial: isSpecial)
    }

    static func postProcessor(
        _ field: FileField, holdsToken: (Int) -> Bool
    ) throws(TokenizerError) -> PostProcessor {
        let type = try field.type()
        switch try type.string() {
        case "ByteLevel":
            // It trims the offsets that the reference reports and leaves the tokens alone.
            try field.allowOnly(["type", "add_prefix_space", "trim_offsets", "use_regex"])
            return .none
        case "Sequence":
            try field.allowOnly(["type", "processors"])
            var result = PostProcessor.none
            for element in try field.required("processors").elements() {
                let step = FileField(element, file: field.file)
                let processor = try postProcessor(step, holdsToken: holdsToken)
                guard case .template = processor else { continue }
                // The reference takes the first one's tokens for texts of their own.
                guard case .none = result else { throw step.unsupported("a second template") }
                result = processor
            }
            return result
        case "TemplateProcessing":
            return try template(field, holdsToken: holdsToken)
        default:
            throw type.unsupportedName()
        }
    }

    /// The template for one text; the one for pairs of texts is of no use to a decoder-only model.
    private static func template(
        _ field: FileField, holdsToken: (Int) -> Bool
    ) throws(TokenizerError) -> PostProcessor {
        try field.allowOnly(["type", "single", "pair", "special_tokens"])
        var before: [Int] = []
        var after: [Int] = []
        var hasText = false
        let single = try field.required("single")
        for element in try single.elements() {
            let piece = FileField(element, file: field.file)
            if let special = piece["SpecialToken"] {
                let ids = try specialTokenIDs(special, in: field, holdsToken: holdsToken)
                if hasText { after += ids } else { before += ids }
            } else {
                let id = try piece.required("Sequence").required("id")
                guard try id.string() == "A", !hasText else {
                    throw id.malformed("the template must hold the text \"A\" once")
                }
                hasText = true
            }
        }
        guard hasText else { throw single.malformed("the template holds no text") }
        return .template(before: before, after: after)
    }

    private static func specialTokenIDs(
        _ special: FileField, in template: FileField, holdsToken: (Int) -> Bool
    ) throws(TokenizerError) -> [Int] {
        let name = try special.required("id")
        guard let entry = try template.required("special_tokens")[try name.string()] else {
            throw name.malformed("is not among the template's special tokens")
        }
        var ids: [Int] = []
        for element in try entry.required("ids").elements() {
            let field = FileField(element, file: template.file)
            let id = try field.id()
            guard holdsToken(id) else { throw field.malformed("no token has the id \(id)") }
            ids.append(id)
        }
        return ids
    }
}
