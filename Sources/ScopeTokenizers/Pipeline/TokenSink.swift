/// Collects tokens, and where asked their places in the source.
struct TokenSink {
    private(set) var ids: [Int] = []
    private(set) var spans: [Range<Int>?] = []
    private let keepsSpans: Bool

    /// Up to where the source has been claimed by tokens.
    private var covered = 0

    /// How offsets of the text at hand relate to the source.
    var origin = TextOrigin.shifted(by: 0)

    init(keepsSpans: Bool) {
        self.keepsSpans = keepsSpans
    }

    /// Adds a token that covers a range of the text at hand.
    @inline(__always)
    mutating func append(_ id: Int, _ range: Range<Int>) {
        ids.append(id)
        if keepsSpans { spans.append(origin.source(of: range).map { claim($0) }) }
    }

    /// Adds a token of the source itself.
    mutating func append(_ id: Int, source: Range<Int>) {
        ids.append(id)
        if keepsSpans { spans.append(claim(source)) }
    }

    /// Leaves out what an earlier token owns, so that no byte belongs to two.
    ///
    /// The reference finds tokens again within white space that the one before them swallowed.
    @inline(__always)
    private mutating func claim(_ range: Range<Int>) -> Range<Int> {
        let start = max(range.lowerBound, covered)
        covered = max(range.upperBound, start)
        return start..<covered
    }

    /// Puts tokens that stand for no text around what is there.
    mutating func surround(before: [Int], after: [Int]) {
        ids = before + ids + after
        guard keepsSpans else { return }
        let nowhere: Range<Int>? = nil
        spans =
            Array(repeating: nowhere, count: before.count) + spans
            + Array(repeating: nowhere, count: after.count)
    }
}

/// How byte offsets of a normalised text relate to offsets in the source.
enum TextOrigin: Sendable {
    /// The text is the source from an offset on.
    case shifted(by: Int)

    /// The part of the source that each byte stands for; empty for a byte that was added.
    case bytes([Range<Int>])

    /// There is no relation byte by byte: normalisation changed the text, or nobody asked.
    case lost

    /// The part of the source that a part of the text, which is not empty, stands for.
    @inline(__always)
    func source(of range: Range<Int>) -> Range<Int>? {
        switch self {
        case .shifted(let shift): range.lowerBound + shift..<range.upperBound + shift
        case .bytes(let ranges):
            ranges[range.lowerBound].lowerBound..<ranges[range.upperBound - 1].upperBound
        case .lost: nil
        }
    }
}
