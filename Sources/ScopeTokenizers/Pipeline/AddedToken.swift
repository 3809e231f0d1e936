/// A token that is recognised in the text before anything else looks at it.
struct AddedToken: Sendable, Equatable {
    /// The longest name that is taken, as a search may compare all of it at every byte.
    static let longestContent = TokenizerLimits.addedTokenByteCount

    let id: Int
    /// The name as it stands in a text, in UTF-8; not empty.
    let content: [UInt8]
    /// Whether it counts only between characters that belong to no word.
    var isSingleWord = false
    /// Whether it swallows the white space before it.
    var stripsLeft = false
    /// Whether it swallows the white space after it.
    var stripsRight = false
    /// Whether it is looked for in the normalised text.
    var isNormalized = false
    /// Whether decoding may leave it out.
    var isSpecial = false
    /// How it decodes if it is looked for in the normalised text: what the normalizer makes of it.
    var normalizedContent: [UInt8]?

    /// How it decodes.
    var spelling: [UInt8] { normalizedContent ?? content }

    /// Whether decoding without special tokens leaves it out; the reference knows them by name.
    var isSkipped: Bool { isSpecial && spelling == content }
}
