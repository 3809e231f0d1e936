public import ScopeTrace

/// Parses a text while it is being written: bytes go in, and after each piece it says where in the syntax
/// the text stands.
///
/// ```swift
/// var parser = try IncrementalParser(grammar: GrammarLibrary.standard.grammar(for: "python"))
/// for token in tokens {
///     let step = try parser.append(token.bytes)
///     print(step.path.map { parser.grammar.kindNames[$0.kind] })
/// }
/// let tree = try parser.finish()
/// ```
///
/// A piece may end anywhere: within a character, between CR and LF, within a word. The tree is always
/// that of the bytes so far taken as a whole text; half a character is text that fits no rule unless the
/// grammar takes any bytes there, as in strings and comments.
///
/// **How near it is to a fresh parse.** While the tree has no error, it equals the tree that a parse of the
/// same bytes from nothing makes. The runtime recovers from errors by what it has seen, so with
/// errors the two may differ. So with errors the text is parsed anew at the end of each line, what
/// differed is counted (``mismatchCount``), and ``finish()`` parses anew in any case.
///
/// It is a value: a copy goes on by itself and costs nothing until one of the two changes.
public struct IncrementalParser: Sendable {
    /// The grammar.
    public let grammar: Grammar
    /// As long as taking a piece may last, besides 0.1 ms for each of its bytes and never longer than
    /// ``Grammar/timeLimit``.
    ///
    /// Within a line of unfinished code some grammars do not come to an end at all.
    public var stepTimeLimit: Duration = .seconds(1)
    /// How often the text was parsed anew, from its beginning.
    public private(set) var freshParseCount = 0
    /// How often that gave another tree than the one that had grown.
    public private(set) var mismatchCount = 0

    private var state: ParserState
    private var path: [SyntaxStep.Node]
    /// The length of the text when it was last parsed anew.
    private var freshByteCount = 0

    /// Texts up to this length are parsed anew at the end of every line with errors; longer ones once they
    /// have grown by a part of themselves, so that the cost of a line stays bounded.
    static let alwaysFreshByteCount = 1 << 16

    /// Begins with no text.
    ///
    /// - Parameter grammar: The language's grammar.
    /// - Throws: ``SyntaxFailure/unparsed(language:byteCount:)`` where the parser does not even take an
    ///   empty text.
    public init(grammar: Grammar) throws(SyntaxFailure) {
        self.grammar = grammar
        state = try ParserState(grammar: grammar)
        path = state.path(at: nil)
    }

    /// The text so far.
    public var bytes: [UInt8] { state.bytes }

    /// Whether the tree has an error or a missing node.
    public var hasError: Bool { state.hasError }

    /// The tree as it has grown so far; ``finish()`` is the one for reports.
    ///
    /// - Complexity: O(*n*) in the number of nodes: some milliseconds for a large file, so not for
    ///   each token.
    public var tree: SyntaxTree { state.snapshot }

    /// The ranges of the text in which nodes changed with the last piece, the piece itself left out where
    /// nodes only grew by it.
    ///
    /// - Complexity: O(*c*) in the number of nodes that changed.
    public var changedRanges: [Range<Int>] { state.changedRanges }

    /// Takes the text's next bytes.
    ///
    /// - Parameter bytes: Any number of bytes, cut anywhere; none changes nothing.
    /// - Returns: Where the text stands now, and what began and ended with these bytes.
    /// - Throws: ``SyntaxFailure/textTooLong(byteCount:limit:)``, or
    ///   ``SyntaxFailure/unparsed(language:byteCount:)`` where it takes too long. The text is then as it
    ///   was before; the bytes may be given again together with those that follow.
    /// - Complexity: That of an incremental parse: O(*b* + log *n*) for *b* new bytes where the text is
    ///   well formed; with an error, up to O(*n*).
    @discardableResult
    public mutating func append(
        _ bytes: some Collection<UInt8>
    ) throws(SyntaxFailure) -> SyntaxStep {
        try replaceEnd(after: state.bytes.count, with: bytes)
    }

    /// Takes back the text's last bytes, and puts others in their place.
    ///
    /// - Parameters:
    ///   - byteCount: The number of bytes that stay.
    ///   - bytes: What follows them now.
    /// - Returns: Where the text stands now, and what began and ended with these bytes.
    /// - Throws: As ``append(_:)``.
    /// - Complexity: As ``append(_:)``.
    @discardableResult
    public mutating func replaceEnd(
        after byteCount: Int, with bytes: some Collection<UInt8>
    ) throws(SyntaxFailure) -> SyntaxStep {
        precondition(byteCount <= state.bytes.count, "more bytes are kept than there are")
        let bytes = Array(bytes)
        let added = byteCount..<byteCount + bytes.count
        guard byteCount < state.bytes.count || !bytes.isEmpty else {
            return SyntaxStep(
                bytes: added, path: path, began: [], closed: [], revised: [], hasError: hasError)
        }
        try makeUnique()
        let limit = stepTimeLimit + .microseconds(100) * bytes.count
        try state.replaceEnd(after: byteCount, with: bytes, limit: limit)
        freshByteCount = min(freshByteCount, byteCount)
        if state.hasError, bytes.contains(0x0A), isFreshParseDue {
            // Where that takes too long, the tree that has grown stays.
            try? parseFresh()
        }
        return step(for: added)
    }

    /// Parses the text from its beginning: the tree for reports.
    ///
    /// More text may follow; the parser goes on from this tree.
    ///
    /// - Returns: The tree, which is that of ``Grammar/parse(_:)`` for the same bytes.
    /// - Throws: ``SyntaxFailure/unparsed(language:byteCount:)``.
    /// - Complexity: O(*n*) in the number of bytes for text that the grammar understands.
    public mutating func finish() throws(SyntaxFailure) -> SyntaxTree {
        try makeUnique()
        try parseFresh()
        path = state.path(at: state.bytes.indices.last)
        return state.snapshot
    }

    private var isFreshParseDue: Bool {
        let count = state.bytes.count
        return count <= Self.alwaysFreshByteCount || count - freshByteCount >= count / 64
    }

    private mutating func parseFresh() throws(SyntaxFailure) {
        if try state.parseFresh() { mismatchCount += 1 }
        freshParseCount += 1
        freshByteCount = state.bytes.count
    }

    private mutating func makeUnique() throws(SyntaxFailure) {
        if !isKnownUniquelyReferenced(&state) { state = ParserState(copy: state) }
    }

    private mutating func step(for added: Range<Int>) -> SyntaxStep {
        let last = path
        let end = state.end(from: added)
        path = end.path
        var step = SyntaxStep(
            bytes: added, path: end.path, began: end.began, closed: [], revised: [],
            hasError: hasError)
        let left = last.filter { node in
            !end.path.contains { $0.isContinuation(of: node) }
        }
        for (node, isThere) in zip(left, state.contains(left)) {
            if isThere { step.closed.append(node) } else { step.revised.append(node) }
        }
        return step
    }
}
