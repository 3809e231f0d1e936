public import ScopeTrace

/// A definition or a mention of a name, as a grammar's `tags` query finds it.
///
/// The query is what code hosts and editors list symbols by: `@definition.KIND` or `@reference.KIND` on a node,
/// `@name` on the name within it.
public struct SyntaxTag: Hashable, Sendable {
    /// Whether a name is given or used.
    public enum Role: String, CaseIterable, Hashable, Sendable {
        /// The node defines the name.
        case definition
        /// The node mentions what has the name.
        case reference
    }

    /// Whether the name is given or used.
    public var role: Role
    /// What it is the name of, in the query's words, such as `function`, `class` or `call`.
    public var kind: String
    /// The node that defines or mentions.
    public var node: Int
    /// The node that is the name.
    public var name: Int

    /// Makes a tag.
    ///
    /// - Parameters:
    ///   - role: Whether the name is given or used.
    ///   - kind: What it is the name of.
    ///   - node: The node that defines or mentions.
    ///   - name: The node that is the name.
    public init(role: Role, kind: String, node: Int, name: Int) {
        self.role = role
        self.kind = kind
        self.node = node
        self.name = name
    }

    /// The tags among a query's captures, each once, in the order of the matches.
    static func tags(in captures: [SyntaxCapture]) -> [SyntaxTag] {
        var tags: [SyntaxTag] = []
        var seen: Set<SyntaxTag> = []
        var start = 0
        while start < captures.count {
            let match = captures[start].match
            let end = captures[start...].firstIndex { $0.match != match } ?? captures.count
            let names = captures[start..<end].filter { $0.name == "name" }.map(\.node)
            for capture in captures[start..<end] {
                let parts = capture.name.split(separator: ".", maxSplits: 1).map(String.init)
                guard parts.count == 2, let role = Role(rawValue: parts[0]) else { continue }
                for name in names {
                    let tag = SyntaxTag(role: role, kind: parts[1], node: capture.node, name: name)
                    if seen.insert(tag).inserted { tags.append(tag) }
                }
            }
            start = end
        }
        return tags
    }
}

/// A syntax tree with what the queries beside its grammar say of its nodes.
public struct QueriedTree: Equatable, Sendable {
    /// The tree.
    public var tree: SyntaxTree
    /// By node, the name that the `highlights` query gives, such as `function.method`; empty without one.
    public var marks: [Int: String]
    /// What the `tags` query finds; empty without one.
    public var tags: [SyntaxTag]
    /// Why a query was not used although it is there; else nil.
    public var problem: SyntaxFailure?

    /// Makes a tree with what queries say.
    ///
    /// - Parameters:
    ///   - tree: The tree.
    ///   - marks: By node, the name that the `highlights` query gives.
    ///   - tags: What the `tags` query finds.
    ///   - problem: Why a query was not used although it is there.
    public init(
        tree: SyntaxTree, marks: [Int: String] = [:], tags: [SyntaxTag] = [],
        problem: SyntaxFailure? = nil
    ) {
        self.tree = tree
        self.marks = marks
        self.tags = tags
        self.problem = problem
    }
}

extension Grammar {
    /// Parses a text and asks the queries beside the grammar, `highlights` and `tags`, about its nodes.
    ///
    /// A query that is missing says nothing; one that cannot be used is named in the result and costs
    /// its names, not the tree.
    ///
    /// - Parameter bytes: The text, at most 2 GiB.
    /// - Returns: The tree with its names.
    /// - Throws: As ``parse(_:)``.
    /// - Complexity: That of ``parse(_:)``, and O(nodes × patterns) for each query.
    public func parseWithQueries(_ bytes: [UInt8]) throws(SyntaxFailure) -> QueriedTree {
        var problem: SyntaxFailure?
        var queries: [SyntaxQuery] = []
        var (highlights, tags): (Int?, Int?)
        for name in ["highlights", "tags"] {
            do throws(SyntaxFailure) {
                guard let query = try query(name) else { continue }
                if name == "tags" { tags = queries.count } else { highlights = queries.count }
                queries.append(query)
            } catch {
                problem = problem ?? error
            }
        }
        let (tree, captures) = try parse(bytes, queries: queries)
        return QueriedTree(
            tree: tree,
            marks: highlights.map { Self.marks(of: queries[$0], captures[$0]) } ?? [:],
            tags: tags.map { SyntaxTag.tags(in: captures[$0]) } ?? [], problem: problem)
    }

    /// The name of each node by a highlight query; see ``parseWithHighlights(_:)``.
    static func marks(of query: SyntaxQuery, _ captures: [SyntaxCapture]) -> [Int: String] {
        var marks: [Int: String] = [:]
        var ranks: [Int: (Int, Int)] = [:]
        // Names with an underscore are a query's own.
        for capture in captures where !capture.name.hasPrefix("_") {
            let rank = (query.isGeneral[capture.pattern] ? 0 : 1, capture.pattern)
            if let other = ranks[capture.node], rank < other { continue }
            ranks[capture.node] = rank
            marks[capture.node] = capture.name
        }
        return marks
    }
}
