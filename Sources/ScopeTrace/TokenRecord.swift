/// One token of a traced sequence: what it is and where it lies.
///
/// Two text coordinates are kept, both in UTF-8 bytes. The *sequence* is the concatenation of the
/// bytes of all tokens, special ones included (their ``role`` tells them apart). The *source* is
/// the caller's document.
public struct TokenRecord: Hashable, Codable, Sendable {
    /// The place of the token in the sequence.
    public var index: TokenIndex

    /// The token's number in the vocabulary.
    public var id: Int

    /// The token's bytes as decoded in context, which need not be valid UTF-8 by themselves.
    public var bytes: [UInt8]

    /// The bytes of the sequence that this token covers; as many as ``bytes`` holds.
    public var sequenceSpan: Range<Int>

    /// The bytes of the caller's document that this token covers.
    ///
    /// The document of a plain prompt is the prompt and what is written after it, so text that the
    /// model writes has a span too. Absent for added tokens, template tokens, special tokens that the
    /// model writes, and where normalisation changed the text. For other documents see
    /// ``DocumentMap``.
    public var sourceSpan: Range<Int>?

    /// How the token came into the sequence.
    public var origin: TokenOrigin

    /// What the token is for.
    public var role: TokenRole

    /// Makes a token record.
    public init(
        index: TokenIndex,
        id: Int,
        bytes: [UInt8],
        sequenceSpan: Range<Int>,
        sourceSpan: Range<Int>? = nil,
        origin: TokenOrigin,
        role: TokenRole = .text
    ) {
        self.index = index
        self.id = id
        self.bytes = bytes
        self.sequenceSpan = sequenceSpan
        self.sourceSpan = sourceSpan
        self.origin = origin
        self.role = role
    }

    /// The token's bytes as text, with U+FFFD in place of what is not valid UTF-8.
    ///
    /// - Complexity: O(*n*) in the number of bytes.
    public var text: String { String(decoding: bytes, as: UTF8.self) }
}
