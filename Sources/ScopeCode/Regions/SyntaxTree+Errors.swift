public import ScopeTrace

/// How much of a text fits no rule of its language.
public struct SyntaxErrors: Hashable, Sendable {
    /// The bytes of words that fit no rule, blanks left out.
    public var errorByteCount: Int
    /// The bytes of the text, blanks left out.
    public var byteCount: Int
    /// The words that the text lacks.
    public var missingCount: Int

    /// Makes a measure.
    ///
    /// - Parameters:
    ///   - errorByteCount: The bytes of words that fit no rule, blanks left out.
    ///   - byteCount: The bytes of the text, blanks left out.
    ///   - missingCount: The words that the text lacks.
    public init(errorByteCount: Int, byteCount: Int, missingCount: Int) {
        self.errorByteCount = errorByteCount
        self.byteCount = byteCount
        self.missingCount = missingCount
    }

    /// The share of the text that fits no rule, 0 for a text of blanks.
    public var share: Double {
        byteCount == 0 ? 0 : Double(errorByteCount) / Double(byteCount)
    }
}

extension SyntaxTree {
    /// Measures how much of the text fits no rule.
    ///
    /// A word fits none where it stands directly in an error node, or where no word covers it at all within
    /// one. A construct that was understood although what is around it was not, such as a method of a
    /// class whose end is missing, is no error.
    ///
    /// - Parameter bytes: The text that the tree is of.
    /// - Returns: The measure.
    /// - Complexity: O(*n*) in the number of bytes and of nodes.
    public func errors(in bytes: [UInt8]) -> SyntaxErrors {
        /// Bytes in error nodes that no node below them has taken for its own.
        var isError = [Bool](repeating: false, count: bytes.count)
        var missingCount = 0
        for (index, node) in nodes.enumerated() {
            if node.traits.contains(.missing) { missingCount += 1 }
            let isLeaf = node.end == index + 1
            let parentIsError = node.parent.map { nodes[$0].traits.contains(.error) } ?? false
            if node.traits.contains(.error) {
                for place in node.span.clamped(to: bytes.indices) { isError[place] = true }
            } else if parentIsError, !isLeaf || node.traits.contains(.extra) {
                for place in node.span.clamped(to: bytes.indices) { isError[place] = false }
            }
        }
        var errors = SyntaxErrors(errorByteCount: 0, byteCount: 0, missingCount: missingCount)
        for (byte, isError) in zip(bytes, isError) where byte > 0x20 || byte == 0 {
            errors.byteCount += 1
            if isError { errors.errorByteCount += 1 }
        }
        return errors
    }
}
