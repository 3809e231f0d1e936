public import TokenScope

/// A tokenizer whose tokens are the 256 bytes, and one special token beyond them.
///
/// So any text and any bytes have tokens, each id below 256 is its byte, and the spans are plain.
public struct ByteTokenizer: Tokenizer {
    /// The id of `<|endoftext|>`.
    public static let endOfText = 256
    private static let endOfTextName = "<|endoftext|>"

    /// Creates the tokenizer.
    public init() {}

    /// 257: the bytes and `<|endoftext|>`.
    public var vocabularySize: Int { 257 }

    /// No token begins a text.
    public var bosTokenId: Int? { nil }

    /// `<|endoftext|>`.
    public var eosTokenId: Int? { Self.endOfText }

    /// The bytes of the text; `<|endoftext|>` in it is text like any other.
    ///
    /// - Parameters:
    ///   - text: Any text.
    ///   - addSpecialTokens: Without effect.
    /// - Returns: The bytes.
    public func encode(text: String, addSpecialTokens: Bool) -> [Int] {
        text.utf8.map(Int.init)
    }

    /// The bytes of the text with their places.
    ///
    /// - Parameters:
    ///   - text: Any text.
    ///   - addSpecialTokens: Without effect.
    /// - Returns: The bytes and their places.
    public func encoding(of text: String, addSpecialTokens: Bool) -> Encoding {
        let ids = encode(text: text, addSpecialTokens: addSpecialTokens)
        return Encoding(ids: ids, sourceSpans: ids.indices.map { $0..<$0 + 1 })
    }

    /// The text of the bytes, with U+FFFD for what is not valid UTF-8.
    ///
    /// - Parameters:
    ///   - tokens: The ids.
    ///   - skipSpecialTokens: Whether to leave `<|endoftext|>` out.
    /// - Returns: The text.
    public func decode(tokens: [Int], skipSpecialTokens: Bool) -> String {
        let kept = tokens.filter { !(skipSpecialTokens && $0 == Self.endOfText) }
        return String(decoding: kept.flatMap { bytes(of: $0) ?? [] }, as: UTF8.self)
    }

    /// The byte itself, or the name of the special token.
    public func bytes(of id: Int) -> [UInt8]? {
        if let byte = UInt8(exactly: id) { return [byte] }
        return id == Self.endOfText ? Array(Self.endOfTextName.utf8) : nil
    }

    /// EOS for `<|endoftext|>`, text for all else.
    public func role(of id: Int) -> TokenRole {
        id == Self.endOfText ? .eos : .text
    }

    /// The id of a token of one byte, or of `<|endoftext|>`.
    public func convertTokenToId(_ token: String) -> Int? {
        if token == Self.endOfTextName { return Self.endOfText }
        let bytes = Array(token.utf8)
        return bytes.count == 1 ? Int(bytes[0]) : nil
    }

    /// A token as text; nil outside the vocabulary.
    public func convertIdToToken(_ id: Int) -> String? {
        bytes(of: id).map { String(decoding: $0, as: UTF8.self) }
    }
}
