/// A text as token ids, with the place of each in the text.
public struct Encoding: Sendable, Equatable {
    /// The token ids, in order.
    public var ids: [Int]

    /// For each id its bytes in the text as UTF-8 offsets.
    ///
    /// Byte-level tokens of a text without normalisation tile it: each starts where the last one
    /// ended, also inside a character. A token that swallows the white space around it owns that
    /// white space. Nil for tokens that were added, and where normalisation changed the text.
    public var sourceSpans: [Range<Int>?]

    /// Pairs ids with their spans.
    ///
    /// - Parameters:
    ///   - ids: the token ids.
    ///   - sourceSpans: one span or nil for each id.
    public init(ids: [Int], sourceSpans: [Range<Int>?]) {
        precondition(ids.count == sourceSpans.count, "one span for each id")
        self.ids = ids
        self.sourceSpans = sourceSpans
    }
}
