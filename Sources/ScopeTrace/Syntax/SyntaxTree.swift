/// The syntax tree of a text, as a value: what a parser found, without the parser.
///
/// Nodes stand in pre-order, so the nodes below node `i` are those at `i + 1 ..< nodes[i].end`, and a
/// walk is a loop. Spans are bytes of the text that was parsed; nodes of width zero are kept.
public struct SyntaxTree: Equatable, Sendable {
    /// One node; its name and field are places in the tree's tables.
    public struct Node: Equatable, Sendable {
        /// The place of the node's name in ``SyntaxTree/kindNames``.
        public var kind: Int
        /// The place of its field's name in ``SyntaxTree/fieldNames``, nil where its parent names none.
        public var field: Int?
        /// The bytes it covers.
        public var span: Range<Int>
        /// Its parent, nil for the root.
        public var parent: Int?
        /// Where the nodes below it end.
        public var end: Int
        /// What is special about it.
        public var traits: Traits

        /// Makes a node.
        public init(
            kind: Int, field: Int? = nil, span: Range<Int>, parent: Int?, end: Int,
            traits: Traits
        ) {
            self.kind = kind
            self.field = field
            self.span = span
            self.parent = parent
            self.end = end
            self.traits = traits
        }
    }

    /// What is special about a node.
    public struct Traits: OptionSet, Hashable, Sendable {
        /// The bits.
        public let rawValue: UInt8

        /// Makes a set of bits.
        ///
        /// - Parameter rawValue: The bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// A rule of the grammar with a name, not a literal such as `"("`.
        public static let named = Traits(rawValue: 1)
        /// Text that fits no rule.
        public static let error = Traits(rawValue: 2)
        /// Put in by the parser where the text lacks it; of width zero.
        public static let missing = Traits(rawValue: 4)
        /// May stand anywhere, such as a comment.
        public static let extra = Traits(rawValue: 8)
        /// Holds an error or a missing node, itself included.
        public static let hasError = Traits(rawValue: 16)
    }

    /// The language's name, such as `python`.
    public var language: String
    /// The names of kinds of nodes, each once.
    public var kindNames: [String]
    /// The names of fields, each once.
    public var fieldNames: [String]
    /// The nodes in pre-order; the first is the root.
    public var nodes: [Node]

    /// Makes a tree.
    public init(language: String, kindNames: [String], fieldNames: [String], nodes: [Node]) {
        self.language = language
        self.kindNames = kindNames
        self.fieldNames = fieldNames
        self.nodes = nodes
    }

    /// The name of a node's kind.
    ///
    /// - Parameter index: A node.
    /// - Returns: The name in the grammar, such as `if_statement` or `"("` without its quotes.
    public func kindName(of index: Int) -> String { kindNames[nodes[index].kind] }

    /// The name of the field under which a node's parent has it, nil where it has none.
    ///
    /// - Parameter index: A node.
    /// - Returns: The name, such as `body`.
    public func fieldName(of index: Int) -> String? { nodes[index].field.map { fieldNames[$0] } }

    /// The children of a node, in order.
    ///
    /// - Parameter index: A node.
    /// - Returns: Their places.
    /// - Complexity: O(*c*) in the number of children.
    public func children(of index: Int) -> [Int] {
        var children: [Int] = []
        var child = index + 1
        while child < nodes[index].end {
            children.append(child)
            child = nodes[child].end
        }
        return children
    }
}
