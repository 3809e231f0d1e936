internal import ScopeFiles

/// The merges of a GGUF file: strings of two tokens with a blank between them.
struct GGUFMerges {
    private let fields: GGUFFields

    init(_ fields: GGUFFields) {
        self.fields = fields
    }

    /// Reads all merges.
    ///
    /// - Parameters:
    ///   - vocabulary: the tokens that the merges name.
    ///   - spellsBytes: whether these are spelled in the byte alphabet.
    /// - Returns: the merges, ranked by their order.
    /// - Throws: ``TokenizerError/file(_:)`` naming the merge and its place.
    /// - Complexity: O(bytes).
    func table(vocabulary: Vocabulary, spellsBytes: Bool) throws(TokenizerError) -> MergeTable {
        let array = try fields.array("tokenizer.ggml.merges")
        let strings = try fields.read { () throws(FileError) in try array.strings() }
        var table = MergeTable(capacity: array.count)
        // One buffer for both tokens side by side: no allocation for a merge.
        var bytes: [UInt8] = []
        var index = 0
        for merge in strings {
            guard GGUFTokenList.isUTF8(merge) else {
                throw .file(array.error(index, "is not valid UTF-8"))
            }
            // A token has at least one character, which may itself be a blank.
            guard let cut = merge.dropFirst().firstIndex(of: UInt8(ascii: " ")),
                cut + 1 < merge.endIndex
            else {
                throw .file(array.error(index, "must be two tokens with a blank between them"))
            }
            bytes.removeAll(keepingCapacity: true)
            let left = merge[..<cut]
            let right = merge[(cut + 1)...]
            let isSpelled = Self.append(left, to: &bytes, spellsBytes: spellsBytes)
            let middle = bytes.count
            guard isSpelled, Self.append(right, to: &bytes, spellsBytes: spellsBytes),
                let leftID = vocabulary.id(of: bytes.span, 0..<middle),
                let rightID = vocabulary.id(of: bytes.span, middle..<bytes.count),
                let product = vocabulary.id(of: bytes.span, 0..<bytes.count)
            else {
                throw .file(array.error(index, Self.reason(left, right, vocabulary)))
            }
            table.append(left: leftID, right: rightID, product: product)
            index += 1
        }
        return table
    }

    private static func append(
        _ spelling: ArraySlice<UInt8>, to bytes: inout [UInt8], spellsBytes: Bool
    ) -> Bool {
        if spellsBytes { return ByteAlphabet.appendBytes(spelledBy: spelling.span, to: &bytes) }
        bytes += spelling
        return true
    }

    /// Which of the tokens is lacking.
    private static func reason(
        _ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>, _ vocabulary: Vocabulary
    ) -> String {
        for token in [Array(left), Array(right), Array(left + right)]
        where vocabulary.id(ofSpelling: token) == nil {
            let shown = String(String(decoding: token, as: UTF8.self).prefix(40))
            return "\(shown.debugDescription) is not in the vocabulary"
        }
        return "does not name tokens that stand for bytes"
    }
}
