/// How finely a text's values are drawn together over its syntax.
///
/// Each level cuts the documents into units, and every byte belongs to exactly one of them: the innermost
/// that covers it. So what the units own sums to the whole at every level. The root of each document is
/// a unit of every level of nodes: it owns what no other covers.
public enum SyntaxLevel: String, CaseIterable, Hashable, Codable, Sendable {
    /// Every node of the tree.
    case node
    /// Every node that is a rule of the grammar with a name.
    case namedNode = "named-node"
    /// Every expression, by the language's table.
    case expression
    /// Every statement, those that hold others included.
    case statement
    /// Every line, with the line feed that ends it.
    case line
    /// Every construct with a block of statements, such as a function, an `if` or its `else`.
    case block
    /// Every definition, such as a function or a class.
    case definition
    /// The whole document.
    case file
    /// Leaves by their category, such as identifier or literal.
    case category
    /// Leaves by their type, a finer category such as attribute or integer.
    case leafType = "type"
    /// Leaves by the kind of the construct they stand in, such as an `if` statement.
    case group
}

extension SyntaxLevel {
    /// Whether its units are nodes of the tree, which lie in one another.
    public var isNested: Bool {
        switch self {
        case .node, .namedNode, .expression, .statement, .block, .definition, .file: true
        case .line, .category, .leafType, .group: false
        }
    }
}
