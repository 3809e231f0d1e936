/// Decodes a sequence token by token, where a token's text depends on those before it.
///
/// The pieces follow one another without a gap: put together they are the UTF-8 of
/// ``Tokenizer/decode(tokens:skipSpecialTokens:)`` of all tokens, special ones included. Where
/// tokens stand for bytes that are not valid UTF-8, the pieces hold those bytes and the decoded
/// text holds U+FFFD: for byte-level vocabularies one for each maximal broken part; for
/// vocabularies with byte tokens such as `<0xE6>` one for each token of the whole unbroken run of
/// byte tokens, valid parts of it included. So the bytes of a character that is still being
/// written come out at once, and what is shown of them is left to the caller.
///
/// A detokenizer is a value: a copy continues on its own.
public protocol StreamingDetokenizer: Sendable {
    /// Takes the next token.
    ///
    /// - Parameter id: a token id; outside the vocabulary it adds nothing.
    /// - Returns: the bytes that the token adds to the text.
    mutating func append(_ id: Int) -> [UInt8]
}

/// Decodes vocabularies whose tokens add the same bytes everywhere.
struct ContextFreeDetokenizer<Source: Tokenizer>: StreamingDetokenizer {
    let tokenizer: Source

    func append(_ id: Int) -> [UInt8] {
        tokenizer.bytes(of: id) ?? []
    }
}
