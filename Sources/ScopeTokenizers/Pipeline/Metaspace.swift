/// Blanks as visible characters, after SentencePiece: the step before a model.
struct Metaspace: Sendable {
    /// Where a piece gets a mark that has none.
    enum PrependScheme: String, Sendable {
        case always
        /// Only where the source begins.
        case first
        case never
    }

    /// The mark, one character; usually U+2581.
    let replacement: [UInt8]
    let prependScheme: PrependScheme
    /// Whether pieces are cut before each mark.
    let splits: Bool

    /// Writes the marks and cuts the text.
    ///
    /// - Parameters:
    ///   - text: the text.
    ///   - pieces: ranges of the text, in order and not empty; replaced by those of the new text.
    func apply(to text: inout NormalizedText, _ pieces: inout [Range<Int>]) {
        let old = text
        var edit = NormalizedText.Edit(old)
        var result: [Range<Int>] = []
        for piece in pieces {
            let start = edit.count
            if adds(to: old, piece) {
                edit.replace(piece.lowerBound..<piece.lowerBound, with: replacement)
            }
            var kept = piece.lowerBound
            for position in piece where old.bytes[position] == UInt8(ascii: " ") {
                edit.keep(kept..<position)
                edit.replace(position..<position + 1, with: replacement)
                kept = position + 1
            }
            edit.keep(kept..<piece.upperBound)
            result.append(start..<edit.count)
        }
        text = edit.finish()
        pieces = result
        guard splits else { return }
        pieces = []
        let splitter = Splitter(.literal(replacement), .mergedWithNext)
        let bytes = text.bytes.span
        for piece in result { splitter.split(bytes, piece, into: &pieces) }
    }

    private func adds(to text: NormalizedText, _ piece: Range<Int>) -> Bool {
        switch prependScheme {
        case .never: return false
        case .first: guard piece.lowerBound < text.startLength else { return false }
        case .always: break
        }
        let bytes = text.bytes[piece]
        return bytes.first != UInt8(ascii: " ") && !bytes.starts(with: replacement)
    }
}
