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
    /// The definitions and calls that the grammar's tag query finds; empty where there is none.
    public var tags: [SyntaxTag]

    /// Makes a source.
    ///
    /// - Parameters:
    ///   - region: The number of the document in the trace's map.
    ///   - tree: The tree of the document.
    ///   - text: The document's bytes.
    ///   - table: What the language's kinds of nodes are for; by default that of the tree's language.
    ///   - marks: What the grammar's highlight query says of nodes, such as `function.method`.
    ///   - tags: The definitions and calls that the grammar's tag query finds.
    public init(
        region: Int = 0, tree: SyntaxTree, text: [UInt8], table: SyntaxTable? = nil,
        marks: [Int: String] = [:], tags: [SyntaxTag] = []
    ) {
        precondition(!tree.nodes.isEmpty, "a tree has a root")
        self.region = region
        self.tree = tree
        self.text = text
        self.table = table ?? .named(tree.language)
        self.marks = marks
        self.tags = tags
    }

    /// Parses a document with a grammar and the queries beside it.
    ///
    /// - Parameters:
    ///   - text: The document's bytes.
    ///   - grammar: The grammar of its language.
    ///   - region: The number of the document in the trace's map.
    /// - Throws: As ``Grammar/parse(_:)``.
    public init(_ text: [UInt8], by grammar: Grammar, region: Int = 0) throws(SyntaxFailure) {
        let parsed = try grammar.parseWithQueries(text)
        self.init(
            region: region, tree: parsed.tree, text: text, marks: parsed.marks, tags: parsed.tags)
    }

    /// Takes a document that was found and parsed in a text.
    ///
    /// - Parameter region: The document; one without a tree has no source.
    public init?(_ region: CodeRegion) {
        guard let tree = region.tree, !tree.nodes.isEmpty else { return nil }
        self.init(
            region: region.region, tree: tree, text: region.bytes, marks: region.marks,
            tags: region.tags)
    }
}
