/// What an analysis is: the tokens of a sequence with what was measured of each.
///
/// Row `i` of ``metrics`` belongs to token `i` and describes the prediction *of* that token, made
/// by row `i - 1` of the network; token 0 has no prediction, so its cells are absent. Prompt,
/// sampled and forced tokens are treated alike (see ``TokenIndex``).
///
/// A trace is a value: equal inputs give equal traces, and a copy is independent.
public struct TokenTrace: Equatable, Sendable {
    /// What must be known to make the trace again.
    public var header: TraceHeader

    /// The tokens, prompt first; token `i` has index `i`, and their spans follow one another.
    public internal(set) var tokens: [TokenRecord] = []

    /// What was measured, one row a token.
    public internal(set) var metrics = MetricTable()

    /// Why decoding ended, nil while it has not.
    public var stopReason: StopReason?

    /// Where the stop text lies that ended decoding, nil where none did.
    public var stopMatch: StopMatch?

    /// Results about the whole sequence.
    public var summary = TraceSummary()

    /// How the sequence relates to the caller's documents where the tokens' source spans do not tell.
    ///
    /// They tell of one document, of which the sequence holds all; nil then. See ``documents``.
    public var documentMap: DocumentMap?

    /// Makes a trace without tokens.
    ///
    /// - Parameter header: What must be known to make the trace again.
    public init(header: TraceHeader) {
        self.header = header
    }

    /// The column of a metric, nil when there is none of that name, type and unit.
    ///
    /// - Complexity: O(*c*) in the number of columns; nothing is copied.
    public subscript<Value>(key: MetricKey<Value>) -> MetricColumn<Value>? { metrics[key] }

    /// The ids of the tokens.
    ///
    /// - Complexity: O(*n*) in the number of tokens.
    public var ids: [Int] { tokens.map(\.id) }

    /// The bytes of all tokens, special ones included.
    ///
    /// - Complexity: O(*n*) in the number of bytes.
    public var bytes: [UInt8] { tokens.flatMap(\.bytes) }

    /// The text of all tokens, special ones included, with U+FFFD for what is not valid UTF-8.
    ///
    /// - Complexity: O(*n*) in the number of bytes.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The text of the tokens that are not the prompt's, special ones left out.
    ///
    /// - Complexity: O(*n*) in the number of bytes.
    public var generatedText: String {
        let written = tokens.lazy.filter { $0.origin != .prompt && $0.role == .text }
        return String(decoding: written.flatMap(\.bytes), as: UTF8.self)
    }

    /// ``generatedText`` up to the stop text that ended decoding.
    ///
    /// - Complexity: O(*n*) in the number of bytes.
    public var completion: String {
        let end = stopMatch?.start ?? Int.max
        var bytes: [UInt8] = []
        for token in tokens where token.origin != .prompt && token.role == .text {
            let kept = min(token.bytes.count, end - token.sequenceSpan.lowerBound)
            if kept > 0 { bytes += token.bytes.prefix(kept) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Adds a token whose place and span follow from the tokens before it.
    ///
    /// - Parameters:
    ///   - id: The token's number in the vocabulary.
    ///   - bytes: The token's bytes as decoded in context.
    ///   - sourceSpan: The bytes of the caller's document that the token covers, if any.
    ///   - origin: How the token came into the sequence.
    ///   - role: What the token is for.
    /// - Returns: The token's index.
    @discardableResult
    public mutating func append(
        id: Int,
        bytes: [UInt8],
        sourceSpan: Range<Int>? = nil,
        origin: TokenOrigin,
        role: TokenRole = .text
    ) -> TokenIndex {
        let index = TokenIndex(tokens.count)
        let start = tokens.last?.sequenceSpan.upperBound ?? 0
        append(
            TokenRecord(
                index: index, id: id, bytes: bytes,
                sequenceSpan: start..<(start + bytes.count), sourceSpan: sourceSpan,
                origin: origin, role: role))
        return index
    }

    /// Adds a token.
    ///
    /// - Parameter token: The token, whose index is the number of tokens so far, and whose sequence
    ///   span is as long as its bytes and begins where the last one ends.
    public mutating func append(_ token: TokenRecord) {
        if let fault = fault(ofNext: token) { preconditionFailure(fault) }
        tokens.append(token)
        metrics.extend(to: tokens.count)
    }

    /// What is wrong with a token as the next one, nil if nothing.
    func fault(ofNext token: TokenRecord) -> String? {
        let start = tokens.last?.sequenceSpan.upperBound ?? 0
        if token.index.rawValue != tokens.count {
            return "token \(tokens.count) has index \(token.index)"
        }
        if token.sequenceSpan.lowerBound != start {
            return "token \(token.index) begins at byte \(token.sequenceSpan.lowerBound), "
                + "not \(start)"
        }
        if token.sequenceSpan.count != token.bytes.count {
            return "token \(token.index) has \(token.bytes.count) bytes and a span of "
                + "\(token.sequenceSpan.count)"
        }
        if let source = token.sourceSpan, source.lowerBound < 0 {
            return "token \(token.index) has a source span that begins before the source"
        }
        return token.id < 0 ? "token \(token.index) has the negative id \(token.id)" : nil
    }
}

extension TokenTrace {
    /// Lends a cursor over the metrics at a token, and takes it back when `body` is done.
    ///
    /// Nothing is copied. While `body` runs, the trace itself has no metrics; when `body` throws,
    /// what it wrote until then stays.
    ///
    /// - Parameters:
    ///   - index: A token of the trace.
    ///   - body: What writes to the cursor.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws.
    public mutating func record<Result, Failure: Error>(
        at index: TokenIndex, _ body: (inout TokenMetrics) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var cursor = lendMetrics(at: index)
        do {
            let result = try body(&cursor)
            takeBack(cursor)
            return result
        } catch {
            takeBack(cursor)
            throw error
        }
    }

    /// Hands the metrics out as a cursor at a token; the trace has none until ``takeBack(_:)``.
    ///
    /// - Parameter index: A token of the trace.
    /// - Returns: The cursor.
    public mutating func lendMetrics(at index: TokenIndex) -> TokenMetrics {
        precondition(index.rawValue < tokens.count, "the trace has no token \(index)")
        var table = MetricTable()
        swap(&table, &metrics)
        return TokenMetrics(table: table, index: index)
    }

    /// Takes back the metrics that were handed out.
    ///
    /// - Parameter cursor: What ``lendMetrics(at:)`` gave out.
    public mutating func takeBack(_ cursor: consuming TokenMetrics) {
        metrics = cursor.finish()
        metrics.extend(to: tokens.count)
    }
}
