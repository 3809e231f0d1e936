internal import CScopeTreeSitter
internal import ScopeTrace

/// Walks a tree of the runtime in pre-order.
@safe
struct TreeWalk: ~Copyable {
    nonisolated(unsafe) var cursor: TSTreeCursor

    init(_ tree: OpaquePointer) {
        unsafe cursor = unsafe ts_tree_cursor_new(ts_tree_root_node(tree))
    }

    deinit {
        var cursor = unsafe cursor
        unsafe ts_tree_cursor_delete(&cursor)
    }

    var node: TSNode {
        mutating get { unsafe ts_tree_cursor_current_node(&cursor) }
    }

    var field: TSFieldId {
        mutating get { unsafe ts_tree_cursor_current_field_id(&cursor) }
    }

    mutating func goToFirstChild() -> Bool { unsafe ts_tree_cursor_goto_first_child(&cursor) }
    mutating func goToNextSibling() -> Bool { unsafe ts_tree_cursor_goto_next_sibling(&cursor) }
    mutating func goToParent() -> Bool { unsafe ts_tree_cursor_goto_parent(&cursor) }

    /// Goes to the first child that ends after a byte.
    mutating func goToFirstChild(endingAfter offset: Int) -> Bool {
        unsafe ts_tree_cursor_goto_first_child_for_byte(&cursor, UInt32(offset)) >= 0
    }
}

/// What a node is, without the tree it stands in.
@safe
struct NodeFacts: Equatable {
    let symbol: TSSymbol
    let span: Range<Int>
    let traits: SyntaxTree.Traits

    init(_ node: TSNode) {
        symbol = unsafe ts_node_symbol(node)
        span = unsafe Int(ts_node_start_byte(node))..<Int(ts_node_end_byte(node))
        var traits: SyntaxTree.Traits = []
        if unsafe ts_node_is_named(node) { traits.insert(.named) }
        if symbol == SymbolTables.errorSymbol { traits.insert(.error) }
        if unsafe ts_node_is_missing(node) { traits.insert(.missing) }
        if unsafe ts_node_is_extra(node) { traits.insert(.extra) }
        if unsafe ts_node_has_error(node) { traits.insert(.hasError) }
        self.traits = traits
    }
}

extension SyntaxTree {
    /// Copies a tree of the runtime.
    ///
    /// - Parameters:
    ///   - tree: The tree.
    ///   - grammar: The grammar that it was made by.
    ///   - visit: Is given each node with its place.
    init(
        _ tree: OpaquePointer, grammar: Grammar, visit: (TSNode, Int) -> Void = { _, _ in }
    ) {
        var walk = unsafe TreeWalk(tree)
        var nodes: [Node] = []
        var open: [Int] = []
        let tables = grammar.tables
        func enter(_ node: TSNode, _ field: TSFieldId) {
            let facts = unsafe NodeFacts(node)
            unsafe visit(node, nodes.count)
            nodes.append(
                Node(
                    kind: tables.kind(of: facts.symbol), field: field == 0 ? nil : Int(field) - 1,
                    span: facts.span, parent: open.last, end: nodes.count + 1,
                    traits: facts.traits))
        }
        unsafe enter(walk.node, 0)
        walking: while true {
            if walk.goToFirstChild() {
                open.append(nodes.count - 1)
            } else {
                while !walk.goToNextSibling() {
                    guard let parent = open.popLast(), walk.goToParent() else { break walking }
                    nodes[parent].end = nodes.count
                }
            }
            unsafe enter(walk.node, walk.field)
        }
        self.init(
            language: grammar.language, kindNames: tables.kindNames, fieldNames: tables.fieldNames,
            nodes: nodes)
    }
}

/// Compares trees of the runtime without copying them.
enum TreeComparison {
    /// Whether two trees have the same nodes: kinds, fields, spans and traits.
    ///
    /// - Complexity: O(*n*) in the number of nodes before the first difference.
    static func areEqual(_ left: OpaquePointer, _ right: OpaquePointer) -> Bool {
        var left = unsafe TreeWalk(left)
        var right = unsafe TreeWalk(right)
        var depth = 0
        guard unsafe NodeFacts(left.node) == NodeFacts(right.node) else { return false }
        while true {
            let descends = left.goToFirstChild()
            guard descends == right.goToFirstChild() else { return false }
            if descends {
                depth += 1
            } else {
                while true {
                    let goesOn = left.goToNextSibling()
                    guard goesOn == right.goToNextSibling() else { return false }
                    if goesOn { break }
                    if depth == 0 { return true }
                    depth -= 1
                    guard left.goToParent(), right.goToParent() else { return false }
                    if depth == 0 { return true }
                }
            }
            guard unsafe NodeFacts(left.node) == NodeFacts(right.node), left.field == right.field
            else { return false }
        }
    }
}

extension ParserState {
    /// A copy of the tree.
    ///
    /// - Complexity: O(*n*) in the number of nodes.
    var snapshot: SyntaxTree { unsafe SyntaxTree(tree, grammar: grammar) }
}
