internal import ScopeFiles

extension TokenizerFile {
    /// Refuses models that are no byte-pair encoding; files before 2021 leave the type out.
    static func checkModelType(_ field: FileField) throws(TokenizerError) {
        guard let type = field["type"] else {
            _ = try field.required("merges")
            return
        }
        if try type.string() != "BPE" { throw type.unsupportedName() }
    }

    static func model(_ field: FileField) throws(TokenizerError) -> BytePairModel {
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
        let vocabulary = try vocabulary(field.required("vocab"))
        let merges = try merges(field.required("merges"), vocabulary: vocabulary)
        let model = BytePairModel(
            vocabulary: vocabulary, merges: merges,
            ignoresMerges: try field.flag("ignore_merges"))
        if !model.isComplete {
            // With a token for every byte neither is ever asked for.
            if let unknown = field["unk_token"] {
                throw unknown.unsupported("a token for bytes that are not in the vocabulary")
            }
            if try field.flag("byte_fallback") {
                throw try field.required("byte_fallback").unsupported("falling back to bytes")
            }
        }
        return model
    }

    private static func vocabulary(_ field: FileField) throws(TokenizerError) -> Vocabulary {
        let members = try field.members()
        guard members.count > 0 else { throw field.malformed("is empty") }
        var vocabulary = Vocabulary(capacity: members.count)
        // Tables are as long as the largest id, so a few entries must not claim a huge one.
        let limit = 4 * members.count + 65_536
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
