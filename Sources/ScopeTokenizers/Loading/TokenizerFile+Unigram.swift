internal import ScopeFiles

extension TokenizerFile {
    /// A token may be as long as a search may compare at every byte of a text.
    private static let longestPiece = TokenizerLimits.pieceByteCount

    static func unigram(_ field: FileField) throws(TokenizerError) -> UnigramModel {
        try field.allowOnly(["type", "unk_id", "vocab", "byte_fallback"])
        let vocabField = try field.required("vocab")
        let elements = try vocabField.elements()
        guard elements.count > 0 else { throw vocabField.malformed("is empty") }
        guard elements.count < FileField.idLimit else {
            throw vocabField.malformed("has more than \(FileField.idLimit) entries")
        }
        var vocabulary = Vocabulary(capacity: elements.count, spellsBytes: false)
        var scores: [Double] = []
        for element in elements {
            let entry = FileField(element, file: field.file)
            var parts: [FileField] = []
            for part in try entry.elements() { parts.append(FileField(part, file: field.file)) }
            guard parts.count == 2 else { throw entry.malformed("must be a token and a score") }
            let spelling = try parts[0].utf8()
            guard spelling.count <= longestPiece else {
                throw parts[0].malformed("is longer than \(longestPiece) bytes")
            }
            guard vocabulary.insert(spelling: spelling, id: scores.count) else {
                throw entry.malformed("the token is there twice")
            }
            scores.append(try parts[1].double())
        }
        guard let unknown = field["unk_id"] else {
            throw .unsupportedTokenizer(
                file: field.file, field: "model.unk_id",
                construct: "a model without a token for unknown characters")
        }
        let unknownID = try unknown.id()
        guard unknownID < scores.count else {
            throw unknown.malformed("no token has the id \(unknownID)")
        }
        return UnigramModel(
            vocabulary: vocabulary, scores: scores, unknownToken: unknownID,
            fallsBackToBytes: try field.flag("byte_fallback"))
    }
}
