extension TokenTrace {
    /// How the sequence relates to the caller's documents: ``documentMap`` where the trace has one,
    /// else what the tokens' source spans tell.
    ///
    /// - Complexity: O(*n* log *n*) in the number of tokens where the trace has no map of its own.
    public var documents: DocumentMap { documentMap ?? DocumentMap(tokens) }

    /// The blocks of code in what was written, each a region with its language.
    ///
    /// The text of the tokens that are not the prompt's, special ones left out, is read as Markdown
    /// (see ``FencedCode``). A block may be unfinished while the model writes.
    ///
    /// - Complexity: O(*n*) in the number of bytes.
    public var fencedCode: DocumentMap {
        var answer = DocumentMap()
        var blocks = FencedCode()
        for token in tokens {
            if token.origin != .prompt, token.role == .text {
                answer.append(token.bytes.count)
                blocks.append(token.bytes)
            } else {
                answer.skip(token.bytes.count)
            }
        }
        return answer.composed(with: blocks.map)
    }
}
