internal import ScopeFiles

extension TokenizerFile {
    /// Whether the model is "Unigram"; refuses all others but byte-pair encodings, of which files
    /// before 2021 leave the type out.
    static func isUnigram(_ field: FileField) throws(TokenizerError) -> Bool {
        guard let type = field["type"] else {
            _ = try field.required("merges")
            return false
        }
        switch try type.string() {
        case "BPE": return false
        case "Unigram": return true
        default: throw type.unsupportedName()
        }
    }

    /// A byte-pair encoding on bytes or on characters.
    static func pairModel(
        _ field: FileField, isByteLevel: Bool
    ) throws(TokenizerError) -> TokenModel {
        try field.allowOnly([
            "type", "dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix",
            "fuse_unk", "byte_fallback", "ignore_merges", "vocab", "merges",
        ])
        if let dropout = field["dropout"], dropout.value.lexeme != "0.0" {
            throw dropout.unsupported("dropout while encoding")
        }
        for name in ["continuing_subword_prefix", "end_of_word_suffix"] {
            if let affix = field[name], try !affix.utf8().isEmpty { throw affix.unsupportedName() }
        }
        let vocabulary = try vocabulary(field.required("vocab"), spellsBytes: isByteLevel)
        let merges = try merges(field.required("merges"), vocabulary: vocabulary)
        let model = BytePairModel(
            vocabulary: vocabulary, merges: merges,
            ignoresMerges: try field.flag("ignore_merges"))
        guard isByteLevel else { return .characterPair(try characterModel(field, model)) }
        if !model.isComplete {
            // With a token for every byte neither is ever asked for.
            if let unknown = field["unk_token"] {
                throw unknown.unsupported("a token for bytes that are not in the vocabulary")
            }
            if try field.flag("byte_fallback") {
                throw try field.required("byte_fallback").unsupported("falling back to bytes")
            }
        }
        return .bytePair(model)
    }

    private static func characterModel(
        _ field: FileField, _ pairs: BytePairModel
    ) throws(TokenizerError) -> CharacterPairModel {
        let vocabulary = pairs.vocabulary
        var unknown = UnknownCharacters(isFused: try field.flag("fuse_unk"))
        if let name = field["unk_token"] {
            guard let id = vocabulary.id(ofSpelling: try name.utf8()) else {
                throw name.malformed("is not in the vocabulary")
            }
            unknown.unknownToken = UInt32(id)
        }
        if try field.flag("byte_fallback") {
            unknown.byteTokens = UnknownCharacters.byteTokens(in: vocabulary)
        }
        return CharacterPairModel(pairs: pairs, unknown: unknown)
    }

    static func vocabulary(
        _ field: FileField, spellsBytes: Bool
    ) throws(TokenizerError) -> Vocabulary {
        let members = try field.members()
        guard members.count > 0 else { throw field.malformed("is empty") }
        var vocabulary = Vocabulary(capacity: members.count, spellsBytes: spellsBytes)
        // Tables are as long as the largest id, so a few entries must not claim a huge one.
        let limit = 4 * members.count + TokenizerLimits.unusedIDs
        for (key, value) in members {
            let entry = FileField(value, file: field.file)
            let id = try entry.id()
            guard id < limit else {
                throw entry.malformed("\(id) is far beyond the \(members.count) entries")
            }
            guard !vocabulary.contains(id) else {
                throw entry.malformed("another token has the id \(id)")
            }
            guard vocabulary.insert(spelling: key.utf8, id: id) else {
                throw entry.malformed("the token is there twice")
            }
        }
        return vocabulary
    }

    private static func merges(
        _ field: FileField, vocabulary: Vocabulary
    ) throws(TokenizerError) -> MergeTable {
        let elements = try field.elements()
        var merges = MergeTable(capacity: elements.count)
        for element in elements {
            let merge = FileField(element, file: field.file)
            let (left, right) = try mergedPair(merge)
            let leftID = try id(of: left, in: vocabulary, merge)
            let rightID = try id(of: right, in: vocabulary, merge)
            let product = try id(of: left + right, in: vocabulary, merge)
            merges.append(left: leftID, right: rightID, product: product)
        }
        return merges
    }

    /// A merge is `"a b"`, or since 2024 `["a", "b"]`, which leaves room for blanks in tokens.
    private static func mergedPair(
        _ merge: FileField
    ) throws(TokenizerError) -> (left: [UInt8], right: [UInt8]) {
        if merge.value.kind == .string {
            let parts = try merge.utf8().split(
                separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                throw merge.malformed("must be two tokens with a blank between them")
            }
            return (Array(parts[0]), Array(parts[1]))
        }
        var parts: [[UInt8]] = []
        for part in try merge.elements() {
            parts.append(try FileField(part, file: merge.file).utf8())
        }
        guard parts.count == 2 else { throw merge.malformed("must be two tokens") }
        return (parts[0], parts[1])
    }

    private static func id(
        of spelling: [UInt8], in vocabulary: Vocabulary, _ merge: FileField
    ) throws(TokenizerError) -> Int {
        if let id = vocabulary.id(ofSpelling: spelling) { return id }
        let shown = String(decoding: spelling, as: UTF8.self).debugDescription
        throw merge.malformed("\(shown) is not in the vocabulary")
    }
}
