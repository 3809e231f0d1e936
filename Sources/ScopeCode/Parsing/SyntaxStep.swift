public import ScopeTrace

/// Where a text stands in its syntax after a piece of it, such as a token.
public struct SyntaxStep: Equatable, Sendable {
    /// A node as it was when the piece had been read.
    public struct Node: Hashable, Sendable {
        /// The place of its name in ``Grammar/kindNames``.
        public var kind: Int
        /// The bytes that it covers so far.
        public var span: Range<Int>
        /// What is special about it.
        public var traits: SyntaxTree.Traits

        /// Makes a node.
        ///
        /// - Parameters:
        ///   - kind: The place of its name in ``Grammar/kindNames``.
        ///   - span: The bytes that it covers so far.
        ///   - traits: What is special about it.
        public init(kind: Int, span: Range<Int>, traits: SyntaxTree.Traits) {
            self.kind = kind
            self.span = span
            self.traits = traits
        }

        /// Whether it can be the same node after more text: of the same kind, from the same byte on.
        func isContinuation(of other: Node) -> Bool {
            kind == other.kind && span.lowerBound == other.span.lowerBound
        }
    }

    /// The bytes of the piece.
    public var bytes: Range<Int>
    /// The nodes that hold the text's last byte, from the root to the deepest; the root alone for an
    /// empty text.
    ///
    /// Blanks and line ends belong to no word, so after them the path ends with what is around them.
    public var path: [Node]
    /// The nodes whose first byte is in the piece, in pre-order.
    public var began: [Node]
    /// The nodes that were on the path before the piece and are so no longer, from the outermost: the text
    /// has gone on behind them.
    public var closed: [Node]
    /// The nodes that were on the path before the piece and are no longer in the tree: the text turned
    /// out to mean something else.
    public var revised: [Node]
    /// Whether the tree has an error or a missing node anywhere.
    public var hasError: Bool

    /// Whether the last byte is in text that fits no rule.
    public var isInsideError: Bool { path.contains { $0.traits.contains(.error) } }

    /// How deep the text's last byte lies below the root, counted in nodes.
    public var depth: Int { path.count - 1 }
}
