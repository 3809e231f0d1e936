internal import CScopeTreeSitter
internal import ScopeTrace

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What is read from the tree while a text is being written: a few nodes, never all.
extension ParserState {
    var hasError: Bool { unsafe ts_node_has_error(ts_tree_root_node(tree)) }

    private func node(_ node: TSNode) -> SyntaxStep.Node {
        let facts = unsafe NodeFacts(node)
        return SyntaxStep.Node(
            kind: grammar.tables.kind(of: facts.symbol), span: facts.span, traits: facts.traits)
    }

    /// The nodes that hold a byte, from the root on; the root in any case.
    ///
    /// - Complexity: O(*d* log *n*) for *d* nodes.
    func path(at offset: Int?) -> [SyntaxStep.Node] {
        var walk = unsafe TreeWalk(tree)
        var path = unsafe [node(walk.node)]
        guard let offset else { return path }
        while walk.goToChild(around: offset) { unsafe path.append(node(walk.node)) }
        return path
    }

    /// Whether the tree has a node of this kind that begins where this one does.
    func contains(_ wanted: SyntaxStep.Node) -> Bool {
        path(at: wanted.span.lowerBound).contains { $0.isContinuation(of: wanted) }
    }

    /// The nodes whose first byte is in a range, in pre-order.
    ///
    /// - Complexity: O(*d* log *n* + *c*) for *c* nodes in the range and *d* around them.
    func nodes(beginningIn range: Range<Int>) -> [SyntaxStep.Node] {
        guard !range.isEmpty else { return [] }
        var found: [SyntaxStep.Node] = []
        var walk = unsafe TreeWalk(tree)
        var depth = 0
        while true {
            let here = unsafe node(walk.node)
            // In pre-order, what follows begins even later.
            if here.span.lowerBound >= range.upperBound { return found }
            if range.contains(here.span.lowerBound), !here.span.isEmpty { found.append(here) }
            if here.span.upperBound > range.lowerBound,
                walk.goToFirstChild(reaching: range.lowerBound)
            {
                depth += 1
                continue
            }
            while !walk.goToNextSibling() {
                guard depth > 0, walk.goToParent() else { return found }
                depth -= 1
            }
        }
    }

    /// Where the tree differs from the one before, which was fitted to the change of the text.
    var changedRanges: [Range<Int>] {
        guard let previous = unsafe previousTree else {
            return bytes.isEmpty ? [] : [bytes.indices]
        }
        var count: UInt32 = 0
        let ranges = unsafe ts_tree_get_changed_ranges(previous, tree, &count)
        defer { unsafe free(ranges) }
        return unsafe UnsafeBufferPointer(start: ranges, count: Int(count)).map {
            Int($0.start_byte)..<Int($0.end_byte)
        }
    }
}

extension TreeWalk {
    /// Goes to the first child that ends after a byte; stays where there is none.
    mutating func goToFirstChild(reaching offset: Int) -> Bool {
        // Versions of the runtime differ on a child that ends at the byte, and some look no further than
        // a hidden node that has no visible one there.
        let isFound = goToFirstChild(endingAfter: offset)
        guard isFound || goToFirstChild() else { return false }
        while unsafe NodeFacts(node).span.upperBound <= offset {
            guard goToNextSibling() else {
                _ = goToParent()
                return false
            }
        }
        return true
    }

    /// Goes to the child that holds a byte; stays where there is none.
    mutating func goToChild(around offset: Int) -> Bool {
        guard goToFirstChild(reaching: offset) else { return false }
        if unsafe NodeFacts(node).span.lowerBound <= offset { return true }
        _ = goToParent()
        return false
    }
}
