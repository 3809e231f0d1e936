internal import ScopeFiles

extension TokenizerFile {
    static func decoder(
        _ field: FileField?, in root: FileField
    ) throws(TokenizerError) -> Decoder {
        guard let field else {
            throw .unsupportedTokenizer(
                file: root.file, field: "decoder", construct: "a file without a decoder")
        }
        if try field.type().string() == "ByteLevel" {
            // The options concern encoding only.
            try field.allowOnly(["type", "add_prefix_space", "trim_offsets", "use_regex"])
            return .byteLevel
        }
        var draft = DecoderDraft()
        try append(field, to: &draft)
        return .spelling(draft.decoder)
    }

    /// A decoder while its steps are read.
    private struct DecoderDraft {
        var decoder = SpellingDecoder()
        /// Whether the tokens are one text by now.
        var isFused = false
        var count = 0
        var growth = 1
    }

    /// Takes one step; each must work on tokens alone or, after "Fuse", on the front of the text.
    private static func append(
        _ field: FileField, to draft: inout DecoderDraft
    ) throws(TokenizerError) {
        let type = try field.type()
        guard draft.count < maximumSteps else {
            throw type.malformed("is a step beyond the first \(maximumSteps)")
        }
        draft.count += 1
        let name = try type.string()
        let worksOnTokens = !draft.isFused && !draft.decoder.fallsBackToBytes
        switch name {
        case "Sequence":
            try field.allowOnly(["type", "decoders"])
            for step in try field.required("decoders").elements() {
                try append(FileField(step, file: field.file), to: &draft)
            }
        case "Fuse":
            try field.allowOnly(["type"])
            draft.isFused = true
        case "Strip":
            let strip = try strip(field)
            if worksOnTokens {
                draft.decoder.steps.append(
                    .stripFront(character: strip.character, count: strip.count))
            } else if draft.isFused, draft.decoder.strip == nil {
                draft.decoder.strip = strip
            } else {
                throw type.unsupported("\"Strip\" at this place")
            }
        case "Replace" where worksOnTokens:
            let (pattern, content) = try replacement(field, growth: &draft.growth)
            draft.decoder.steps.append(.replace(pattern, with: content))
        case "Metaspace" where worksOnTokens:
            let metaspace = try metaspace(field)
            draft.decoder.steps.append(
                .metaspace(
                    replacement: metaspace.replacement,
                    dropsFirst: metaspace.prependScheme != .never))
        case "ByteFallback" where worksOnTokens:
            try field.allowOnly(["type"])
            draft.decoder.fallsBackToBytes = true
        case "Replace", "Metaspace", "ByteFallback":
            throw type.unsupported("\"\(name)\" at this place")
        default:
            throw type.unsupportedName()
        }
    }

    private static func strip(_ field: FileField) throws(TokenizerError) -> SpellingDecoder.Strip {
        try field.allowOnly(["type", "content", "start", "stop"])
        let content = try field.required("content")
        let character = try content.utf8()
        guard String(decoding: character, as: UTF8.self).unicodeScalars.count == 1 else {
            throw content.malformed("must be one character")
        }
        // Byte tokens could spell another one in parts.
        guard character.count == 1 else { throw content.unsupported("more than ASCII") }
        let stop = try field.required("stop")
        guard try stop.id() == 0 else { throw stop.unsupported("stripping the end of a text") }
        return SpellingDecoder.Strip(
            character: character, count: try field.required("start").id())
    }
}
