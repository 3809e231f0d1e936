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

    /// For each of some nodes, whether the tree has one of its kind that begins where it does.
    ///
    /// The nodes are those of one path, from the outermost.
    ///
    /// - Complexity: O(*d* log *n*) for each byte at which one of them begins, *d* nodes deep.
    func contains(_ wanted: [SyntaxStep.Node]) -> [Bool] {
        var kinds: [Int] = []
        var offset: Int?
        return wanted.map { node in
            if offset != node.span.lowerBound {
                offset = node.span.lowerBound
                kinds.removeAll(keepingCapacity: true)
                addKinds(beginningAt: node.span.lowerBound, to: &kinds)
            }
            return kinds.contains(node.kind)
        }
    }

    /// Adds the kinds of the nodes that begin at a byte and hold it, from the outermost.
    private func addKinds(beginningAt offset: Int, to kinds: inout [Int]) {
        var walk = unsafe TreeWalk(tree)
        repeat {
            if walk.start == offset {
                kinds.append(grammar.tables.kind(of: unsafe ts_node_symbol(walk.node)))
            }
        } while walk.goToChild(around: offset)
    }

    /// What a piece at the text's end has led to: the nodes that hold the last byte, from the root on,
    /// and in pre-order those whose first byte is in the piece.
    ///
    /// One walk for both, since what began and is open still is the end of the path.
    ///
    /// - Complexity: O(*d* log *n* + *c*) for *c* nodes in the piece and *d* around them.
    func end(
        from added: Range<Int>
    ) -> (path: [SyntaxStep.Node], began: [SyntaxStep.Node]) {
        guard !added.isEmpty else { return (path(at: bytes.indices.last), []) }
        var path: [SyntaxStep.Node] = []
        var began: [SyntaxStep.Node] = []
        var walk = unsafe TreeWalk(tree)
        var depth = 0
        while true {
            let here = unsafe node(walk.node)
            if depth == 0 || path.count == depth && here.span.contains(added.upperBound - 1) {
                path.append(here)
            }
            // In pre-order, what follows begins even later.
            if here.span.lowerBound >= added.upperBound { return (path, began) }
            if added.contains(here.span.lowerBound), !here.span.isEmpty { began.append(here) }
            if here.span.upperBound > added.lowerBound,
                walk.goToFirstChild(reaching: added.lowerBound)
            {
                depth += 1
                continue
            }
            while !walk.goToNextSibling() {
                guard depth > 0, walk.goToParent() else { return (path, began) }
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
    /// The byte at which the node begins.
    var start: Int { mutating get { unsafe Int(ts_node_start_byte(node)) } }

    /// The byte before which the node ends.
    var end: Int { mutating get { unsafe Int(ts_node_end_byte(node)) } }

    /// Goes to the first child that ends after a byte; stays where there is none.
    mutating func goToFirstChild(reaching offset: Int) -> Bool {
        // Versions of the runtime differ on a child that ends at the byte, and some look no further than
        // a hidden node that has no visible one there.
        let isFound = goToFirstChild(endingAfter: offset)
        guard isFound || goToFirstChild() else { return false }
        while end <= offset {
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
        if start <= offset { return true }
        _ = goToParent()
        return false
    }
}
