/// Where the stop text lies that ended decoding.
///
/// The trace keeps every token that was written, so the stop text is still in it; it may begin in the
/// middle of a token and end in the middle of another.
public struct StopMatch: Hashable, Codable, Sendable {
    /// The stop text that was found.
    public let text: String

    /// Where it begins, in bytes of the sequence (see `TokenRecord.sequenceSpan`).
    public let start: Int

    /// Makes a match.
    ///
    /// - Parameters:
    ///   - text: The stop text.
    ///   - start: Where it begins, in bytes of the sequence.
    public init(text: String, start: Int) {
        precondition(start >= 0, "a stop text cannot begin before the sequence")
        self.text = text
        self.start = start
    }

    /// The bytes of the sequence that it covers.
    public var span: Range<Int> { start..<start + text.utf8.count }
}
