internal import ScopeTokenizers
internal import ScopeTrace
internal import ScopeTransformer

/// The tokens of a session, prompt first, with their bytes, spans and roles.
struct TokenSequence: Sendable {
    private let tokenizer: any Tokenizer
    private var detokenizer: any StreamingDetokenizer
    private let eosTokenIDs: [Int]
    private let bosTokenID: Int?
    private var tokens: [TokenRecord] = []
    /// How each token was drawn; nil for one that was not.
    private var draws: [Draw?] = []
    /// Where the next drawn token's text begins in the document.
    private var sourceEnd = 0

    init(_ context: ModelContext, prompt: [Int], sourceSpans: [Range<Int>?]?) {
        tokenizer = context.tokenizer
        detokenizer = context.tokenizer.makeDetokenizer()
        eosTokenIDs = context.configuration.eosTokenIDs
        bosTokenID = context.configuration.bosTokenID ?? context.tokenizer.bosTokenId
        for (index, id) in prompt.enumerated() {
            if let sourceSpans {
                append(
                    id, detokenizer.append(id), origin: .prompt, sourceSpan: sourceSpans[index])
            } else {
                append(id, origin: .prompt)
            }
        }
    }

    var count: Int { tokens.count }

    subscript(index: Int) -> TokenRecord { tokens[index] }

    /// How a token was drawn; nil where it was not.
    func draw(of index: Int) -> Draw? { draws[index] }

    /// The same without the tokens from a place on.
    ///
    /// - Complexity: O(tokens that are left).
    func prefix(_ count: Int) -> TokenSequence {
        var prefix = self
        prefix.tokens.removeLast(tokens.count - count)
        prefix.draws.removeLast(draws.count - count)
        prefix.detokenizer = tokenizer.makeDetokenizer()
        for token in prefix.tokens { _ = prefix.detokenizer.append(token.id) }
        prefix.sourceEnd = prefix.tokens.reduce(0) { max($0, $1.sourceSpan?.upperBound ?? 0) }
        return prefix
    }

    /// Appends a token whose text, if it is text, continues the document.
    mutating func append(_ id: Int, origin: TokenOrigin, draw: Draw? = nil) {
        let bytes = detokenizer.append(id)
        let isText = role(of: id, origin: origin) == .text
        append(
            id, bytes, origin: origin,
            sourceSpan: isText ? sourceEnd..<sourceEnd + bytes.count : nil, draw: draw)
    }

    /// Appends a token whose place in the document is known.
    mutating func append(
        _ id: Int, origin: TokenOrigin, sourceSpan: Range<Int>?, draw: Draw?
    ) {
        append(
            id, detokenizer.append(id), origin: origin, sourceSpan: sourceSpan, draw: draw)
    }

    private mutating func append(
        _ id: Int, _ bytes: [UInt8], origin: TokenOrigin, sourceSpan: Range<Int>?,
        draw: Draw? = nil
    ) {
        draws.append(draw)
        let start = tokens.last?.sequenceSpan.upperBound ?? 0
        tokens.append(
            TokenRecord(
                index: TokenIndex(tokens.count), id: id, bytes: bytes,
                sequenceSpan: start..<start + bytes.count, sourceSpan: sourceSpan, origin: origin,
                role: role(of: id, origin: origin)))
        if let sourceSpan { sourceEnd = max(sourceEnd, sourceSpan.upperBound) }
    }

    /// One id may begin and end a text; which it does depends on where it stands.
    private func role(of id: Int, origin: TokenOrigin) -> TokenRole {
        if tokens.isEmpty, id == bosTokenID { return .bos }
        if eosTokenIDs.contains(id) { return .eos }
        return tokenizer.role(of: id)
    }
}
