internal import ScopeFiles

extension TokenizerFile {
    static func normalizer(_ field: FileField?) throws(TokenizerError) -> Normalizer {
        var steps: [Normalizer.Step] = []
        var growth = 1
        if let field { try append(field, to: &steps, growth: &growth) }
        return Normalizer(steps: steps)
    }

    private static func append(
        _ field: FileField, to steps: inout [Normalizer.Step], growth: inout Int
    ) throws(TokenizerError) {
        let type = try field.type()
        guard steps.count < maximumSteps else {
            throw type.malformed("is a step beyond the first \(maximumSteps)")
        }
        switch try type.string() {
        case "NFC":
            try field.allowOnly(["type"])
            steps.append(.nfc)
        case "NFD":
            try field.allowOnly(["type"])
            steps.append(.nfd)
        case "Lowercase":
            try field.allowOnly(["type"])
            steps.append(.lowercase)
        case "Strip":
            try field.allowOnly(["type", "strip_left", "strip_right"])
            steps.append(
                .strip(
                    left: try field.required("strip_left").bool(),
                    right: try field.required("strip_right").bool()))
        case "Prepend":
            try field.allowOnly(["type", "prepend"])
            steps.append(.prepend(try insertion(field.required("prepend"))))
        case "Replace":
            let (pattern, content) = try replacement(field, growth: &growth)
            steps.append(.replace(pattern, with: content))
        case "Sequence":
            try field.allowOnly(["type", "normalizers"])
            for step in try field.required("normalizers").elements() {
                try append(FileField(step, file: field.file), to: &steps, growth: &growth)
            }
        default:
            throw type.unsupportedName()
        }
    }

    /// What "Replace" looks for, as normalizer and as decoder, and what it puts there.
    ///
    /// - Parameters:
    ///   - field: the step.
    ///   - growth: how many times as long a text may become by the steps so far, which is bounded:
    ///     a few dozen steps could otherwise make any text huge.
    /// - Returns: the two.
    /// - Throws: ``TokenizerError`` naming the field.
    static func replacement(
        _ field: FileField, growth: inout Int
    ) throws(TokenizerError) -> (pattern: SplitPattern, content: [UInt8]) {
        try field.allowOnly(["type", "pattern", "content"])
        let contentField = try field.required("content")
        let content = try insertion(contentField)
        growth *= max(content.count, 1)
        guard growth <= TokenizerLimits.normalizedGrowth else {
            throw contentField.malformed("makes texts too long")
        }
        return (try splitPattern(field.required("pattern")), content)
    }

    /// Text that is put in, perhaps at every byte of a text.
    private static func insertion(_ field: FileField) throws(TokenizerError) -> [UInt8] {
        let content = try field.utf8()
        guard content.count <= 64 else { throw field.malformed("is longer than 64 bytes") }
        return content
    }

    static func metaspace(_ field: FileField) throws(TokenizerError) -> Metaspace {
        try field.allowOnly([
            "type", "replacement", "add_prefix_space", "prepend_scheme", "split", "str_rep",
        ])
        let replacementField = try field.required("replacement")
        let replacement = try replacementField.utf8()
        guard String(decoding: replacement, as: UTF8.self).unicodeScalars.count == 1 else {
            throw replacementField.malformed("must be one character")
        }
        var scheme = Metaspace.PrependScheme.always
        if let schemeField = field["prepend_scheme"] {
            guard let known = Metaspace.PrependScheme(rawValue: try schemeField.string()) else {
                throw schemeField.unsupportedName()
            }
            scheme = known
        }
        // The older name of the same choice.
        if let prefix = field["add_prefix_space"], try !prefix.bool(), scheme != .never {
            throw prefix.malformed("contradicts the scheme \"\(scheme.rawValue)\"")
        }
        return Metaspace(
            replacement: replacement, prependScheme: scheme,
            splits: try field.flag("split", default: true))
    }
}
