internal import ScopeFiles

extension TokenizerFile {
    /// Published files have a handful; each may cost a bounded but not a small time.
    static let maximumSteps = TokenizerLimits.stepCount

    /// The steps of a pre-tokenizer, and whether the last of them is the step to bytes.
    static func preTokenizer(
        _ field: FileField?
    ) throws(TokenizerError) -> (steps: PreTokenizer, isByteLevel: Bool) {
        var steps: [PreTokenizer.Step] = []
        var isByteLevel = false
        if let field { try append(field, to: &steps, isByteLevel: &isByteLevel) }
        return (PreTokenizer(steps: steps), isByteLevel)
    }

    private static func append(
        _ field: FileField, to steps: inout [PreTokenizer.Step], isByteLevel: inout Bool
    ) throws(TokenizerError) {
        let type = try field.type()
        guard steps.count < maximumSteps else {
            throw type.malformed("is a step beyond the first \(maximumSteps)")
        }
        guard !isByteLevel else {
            // Later steps would see the byte alphabet in place of the text.
            throw type.unsupported("a step after \"ByteLevel\"")
        }
        switch try type.string() {
        case "Sequence":
            try field.allowOnly(["type", "pretokenizers"])
            for step in try field.required("pretokenizers").elements() {
                try append(
                    FileField(step, file: field.file), to: &steps, isByteLevel: &isByteLevel)
            }
        case "Split":
            steps.append(.split(try splitter(field)))
        case "Digits":
            try field.allowOnly(["type", "individual_digits"])
            let isIndividual = try field.flag("individual_digits")
            let digits = try regex(#"\p{N}"#, in: type)
            steps.append(
                .split(Splitter(.regex(digits), isIndividual ? .isolated : .contiguous)))
        case "ByteLevel":
            try field.allowOnly(["type", "add_prefix_space", "trim_offsets", "use_regex"])
            if try field.flag("add_prefix_space", default: true) { steps.append(.prependBlank) }
            if try field.flag("use_regex", default: true) {
                let words = try regex(PreTokenizer.gpt2Pattern, in: type)
                steps.append(.split(Splitter(.regex(words), .isolated)))
            }
            isByteLevel = true
        case "Metaspace":
            steps.append(.metaspace(try metaspace(field)))
        default:
            throw type.unsupportedName()
        }
    }

    private static func splitter(_ field: FileField) throws(TokenizerError) -> Splitter {
        try field.allowOnly(["type", "pattern", "behavior", "invert"])
        let pattern = try splitPattern(field.required("pattern"))
        let behaviorField = try field.required("behavior")
        guard let behavior = SplitBehavior(rawValue: try behaviorField.string()) else {
            throw behaviorField.unsupportedName()
        }
        return Splitter(pattern, behavior, isInverted: try field.flag("invert"))
    }

    static func splitPattern(_ field: FileField) throws(TokenizerError) -> SplitPattern {
        try field.allowOnly(["String", "Regex"])
        if let expression = field["Regex"] {
            return .regex(try regex(try expression.string(), in: expression))
        }
        let literal = try field.required("String")
        let bytes = try literal.utf8()
        guard bytes.count <= AddedToken.longestContent else {
            throw literal.malformed("is longer than \(AddedToken.longestContent) bytes")
        }
        // The reference searches with its regex engine, where nothing matches everywhere.
        return bytes.isEmpty ? .regex(try regex("", in: literal)) : .literal(bytes)
    }

    static func regex(
        _ pattern: String, in field: FileField
    ) throws(TokenizerError) -> CompiledRegex {
        do {
            return try CompiledRegex.shared(pattern)
        } catch {
            throw field.malformed("character \(error.position) of the pattern: \(error.reason)")
        }
    }
}
