internal import CScopeTreeSitter
public import ScopeTrace

/// A node that a query gives a name.
public struct SyntaxCapture: Hashable, Sendable {
    /// The name, such as `function.method`.
    public var name: String
    /// The node's place in the tree.
    public var node: Int
    /// The number of the query's pattern that matched.
    public var pattern: Int
    /// The number of the match: captures with the same number belong together.
    public var match: Int

    /// Makes a capture.
    public init(name: String, node: Int, pattern: Int, match: Int) {
        self.name = name
        self.node = node
        self.pattern = pattern
        self.match = match
    }
}

extension Grammar {
    /// Reads the query of a name that lies beside the grammar, such as `highlights` or `tags`.
    ///
    /// - Parameter name: The file's name without `.scm`.
    /// - Returns: The query, nil where there is no such file.
    /// - Throws: ``SyntaxFailure/unreadableQuery(file:reason:)`` or
    ///   ``SyntaxFailure/malformedQuery(name:offset:reason:)``.
    public func query(_ name: String) throws(SyntaxFailure) -> SyntaxQuery? {
        guard let files = queryFiles[name] else { return nil }
        var text = ""
        for file in files { text += try QueryFiles.text(of: file) + "\n" }
        return try QueryCache.query(text, name: files.joined(separator: ", "), grammar: self)
    }

    /// Parses a text and finds what queries look for.
    ///
    /// - Parameters:
    ///   - bytes: The text, at most 2 GiB.
    ///   - queries: Queries that were read for this grammar.
    /// - Returns: The tree, and for each query its captures in the order of the matches.
    /// - Throws: As ``parse(_:)``, and ``SyntaxFailure/malformedQuery(name:offset:reason:)`` for a query that
    ///   has more than ``SyntaxLimits/queryMatchCount`` matches in progress.
    public func parse(
        _ bytes: [UInt8], queries: [SyntaxQuery]
    ) throws(SyntaxFailure) -> (tree: SyntaxTree, captures: [[SyntaxCapture]]) {
        let state = try ParserState(grammar: self, bytes: bytes)
        var places: [UnsafeRawPointer: Int] = unsafe [:]
        let tree = unsafe SyntaxTree(state.tree, grammar: self) { node, place in
            if let id = unsafe node.id { unsafe places[id] = place }
        }
        let captures = try queries.map { (query) throws(SyntaxFailure) in
            try unsafe Self.captures(of: query, in: state.tree, bytes: bytes) { unsafe places[$0] }
        }
        return (tree, captures)
    }

    /// Parses a text and gives its nodes the names of the grammar's `highlights` query.
    ///
    /// Where several patterns fit a node, one that says where the node stands or what it is called wins
    /// over one that takes every node of the kind, and of two such the later: files differ in whether
    /// they put the general or the special first.
    ///
    /// - Parameter bytes: The text, at most 2 GiB.
    /// - Returns: The tree, and by node its name, such as `function.method`; no names where the grammar
    ///   has no such query.
    /// - Throws: As ``parse(_:)`` and ``query(_:)``.
    public func parseWithHighlights(
        _ bytes: [UInt8]
    ) throws(SyntaxFailure) -> (tree: SyntaxTree, marks: [Int: String]) {
        guard let query = try query("highlights") else { return (try parse(bytes), [:]) }
        let (tree, captures) = try parse(bytes, queries: [query])
        return (tree, Self.marks(of: query, captures[0]))
    }

    private static func captures(
        of query: SyntaxQuery, in tree: OpaquePointer, bytes: [UInt8],
        place: (UnsafeRawPointer) -> Int?
    ) throws(SyntaxFailure) -> [SyntaxCapture] {
        guard let cursor = unsafe ts_query_cursor_new() else { return [] }
        defer { unsafe ts_query_cursor_delete(cursor) }
        // The runtime compares matches in progress with each other, and drops what is over the limit.
        unsafe ts_query_cursor_set_match_limit(cursor, UInt32(SyntaxLimits.queryMatchCount))
        func checkMatchCount() throws(SyntaxFailure) {
            guard unsafe ts_query_cursor_did_exceed_match_limit(cursor) else { return }
            throw .malformedQuery(
                name: query.name, offset: 0,
                reason:
                    "has more than \(SyntaxLimits.queryMatchCount) matches in progress in a text"
            )
        }
        unsafe ts_query_cursor_exec(cursor, query.pointer, ts_tree_root_node(tree))
        var match = unsafe TSQueryMatch()
        var patterns = QueryPatterns()
        var found: [SyntaxCapture] = []
        var number = 0
        while unsafe ts_query_cursor_next_match(cursor, &match) {
            try checkMatchCount()
            let captures = unsafe UnsafeBufferPointer(
                start: match.captures, count: Int(match.capture_count))
            func texts(_ id: UInt32) -> [String] {
                unsafe captures.filter { unsafe $0.index == id }.map { capture in
                    let span = unsafe NodeFacts(capture.node).span.clamped(to: bytes.indices)
                    return String(decoding: bytes[span], as: UTF8.self)
                }
            }
            let pattern = unsafe Int(match.pattern_index)
            let holds = query.predicates[pattern].allSatisfy { predicate in
                predicate.holds(texts: { texts($0) }, patterns: &patterns)
            }
            guard holds else { continue }
            for position in captures.indices {
                let capture = unsafe captures[position]
                guard let id = unsafe capture.node.id, let node = unsafe place(id) else { continue }
                found.append(
                    SyntaxCapture(
                        name: query.captureNames[unsafe Int(capture.index)], node: node,
                        pattern: pattern, match: number))
            }
            number += 1
        }
        try checkMatchCount()
        return found
    }
}
