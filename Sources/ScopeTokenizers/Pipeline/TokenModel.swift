/// What turns words into tokens.
enum TokenModel: Sendable {
    /// Byte-level byte-pair encoding.
    case bytePair(BytePairModel)
    /// Byte-pair encoding on characters.
    case characterPair(CharacterPairModel)
    case unigram(UnigramModel)

    /// The tokens.
    var vocabulary: Vocabulary {
        switch self {
        case .bytePair(let model): model.vocabulary
        case .characterPair(let model): model.vocabulary
        case .unigram(let model): model.vocabulary
        }
    }

    /// Encodes the words of a text, which no token crosses the ends of.
    func encode(
        _ bytes: Span<UInt8>, _ words: [Range<Int>], scratch: inout BytePairScratch,
        into sink: inout TokenSink
    ) {
        switch self {
        case .bytePair(let model):
            for word in words { model.encode(bytes, word, scratch: &scratch, into: &sink) }
        case .characterPair(let model):
            for word in words { model.encode(bytes, word, scratch: &scratch, into: &sink) }
        case .unigram(let model):
            for word in words { model.encode(bytes, word, into: &sink) }
        }
    }
}
