/// How tokens become text again.
enum Decoder: Sendable {
    /// The bytes of the tokens side by side, read as UTF-8.
    case byteLevel

    /// The spellings of the tokens, edited.
    case spelling(SpellingDecoder)
}
