public import ScopeTrace

/// A document with its syntax tree: what a trace is folded over.
public struct SyntaxSource: Sendable {
    /// The number of the document in the trace's map.
    public var region: Int
    /// The tree of the document.
    public var tree: SyntaxTree
    /// The document's bytes.
    public var text: [UInt8]
    /// What the language's kinds of nodes are for.
    public var table: SyntaxTable
    /// What the grammar's highlight query says of nodes, by node; empty where there is none.
    public var marks: [Int: String]

    /// Makes a source.
    ///
    /// - Parameters:
    ///   - region: The number of the document in the trace's map.
    ///   - tree: The tree of the document.
    ///   - text: The document's bytes.
    ///   - table: What the language's kinds of nodes are for; by default that of the tree's language.
    ///   - marks: What the grammar's highlight query says of nodes, such as `function.method`.
    public init(
        region: Int = 0, tree: SyntaxTree, text: [UInt8], table: SyntaxTable? = nil,
        marks: [Int: String] = [:]
    ) {
        precondition(!tree.nodes.isEmpty, "a tree has a root")
        self.region = region
        self.tree = tree
        self.text = text
        self.table = table ?? .named(tree.language)
        self.marks = marks
    }

    /// Takes a document that was found and parsed in a text.
    ///
    /// - Parameter region: The document; one without a tree has no source.
    public init?(_ region: CodeRegion) {
        guard let tree = region.tree, !tree.nodes.isEmpty else { return nil }
        self.init(region: region.region, tree: tree, text: region.bytes, marks: region.marks)
    }
}
