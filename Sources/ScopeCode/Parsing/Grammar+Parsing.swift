public import ScopeTrace

extension Grammar {
    /// Parses a text.
    ///
    /// Every text has a tree: what fits no rule is in nodes with the trait
    /// `SyntaxTree.Traits.error`. Bytes need not be UTF-8 and may have NUL in them; offsets are those
    /// of the bytes.
    ///
    /// - Parameter bytes: The text, at most 2 GiB.
    /// - Returns: The tree.
    /// - Throws: ``SyntaxFailure/textTooLong(byteCount:limit:)``, or
    ///   ``SyntaxFailure/unparsed(language:byteCount:)`` where it takes longer than ``timeLimit``.
    /// - Complexity: O(*n*) in the number of bytes for text that the grammar understands.
    public func parse(_ bytes: [UInt8]) throws(SyntaxFailure) -> SyntaxTree {
        let state = try ParserState(grammar: self, bytes: bytes)
        return state.snapshot
    }
}
