/// How a stretch of text is cut into the words that the model encodes one by one.
struct PreTokenizer: Sendable {
    /// One step, applied to each piece that the last one left.
    enum Step: Sendable {
        case split(Splitter)
        /// A blank goes before each piece that has none.
        case prependBlank
        case metaspace(Metaspace)
    }

    let steps: [Step]

    /// The pattern of GPT-2, which the step "ByteLevel" cuts by.
    static let gpt2Pattern =
        #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#

    /// Cuts a text.
    ///
    /// - Parameter text: the text; a step may add to it.
    /// - Returns: the words as ranges of the text, in order and not empty.
    func words(of text: inout NormalizedText) -> [Range<Int>] {
        guard !text.bytes.isEmpty else { return [] }
        var pieces = [0..<text.bytes.count]
        for step in steps {
            switch step {
            case .split(let splitter):
                var cut: [Range<Int>] = []
                cut.reserveCapacity(pieces.count)
                let bytes = text.bytes.span
                for piece in pieces { splitter.split(bytes, piece, into: &cut) }
                pieces = cut
            case .prependBlank:
                text.prependBlanks(to: &pieces)
            case .metaspace(let metaspace):
                metaspace.apply(to: &text, &pieces)
            }
        }
        return pieces
    }
}
