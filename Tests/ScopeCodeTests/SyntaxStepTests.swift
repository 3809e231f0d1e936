import ScopeCode
import ScopeTrace
import Testing

/// What a step says is what the whole tree says, read plainly.
@Suite struct SyntaxStepTests {
    @Test("Steps agree with the tree after every piece", arguments: LanguageText.all)
    func agree(sample: LanguageText) throws {
        var parser = try IncrementalParser(grammar: TestGrammars.grammar(sample.language))
        // Twice, so that there is something behind the first lines' errors.
        let bytes = sample.bytes + sample.bytes
        var last = try parser.append([]).path
        var (beganCount, closedCount) = (0, 0)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let piece = bytes[start..<min(start + 3, bytes.count)]
            let step = try parser.append(piece)
            try check(step, from: last, in: parser)
            beganCount += step.began.count
            closedCount += step.closed.count
            last = step.path
        }
        #expect(beganCount > 20 && closedCount > 10)
        // Back into the middle of a word, and on.
        let step = try parser.replaceEnd(after: sample.bytes.count + 8, with: Array("z(1".utf8))
        try check(step, from: last, in: parser)
        try check(
            parser.replaceEnd(after: sample.bytes.count, with: []), from: step.path, in: parser)
    }

    private func check(
        _ step: SyntaxStep, from last: [SyntaxStep.Node], in parser: IncrementalParser
    ) throws {
        let tree = parser.tree
        #expect(step.path == path(at: parser.bytes.count - 1, in: tree))
        #expect(
            step.began
                == tree.nodes.filter {
                    step.bytes.contains($0.span.lowerBound) && !$0.span.isEmpty
                }.map(node))
        #expect(step.hasError == tree.nodes[0].traits.contains(.hasError))
        func isIn(_ path: [SyntaxStep.Node], _ node: SyntaxStep.Node) -> Bool {
            path.contains { $0.kind == node.kind && $0.span.lowerBound == node.span.lowerBound }
        }
        let left = last.filter { !isIn(step.path, $0) }
        let isThere = left.map { isIn(path(at: $0.span.lowerBound, in: tree), $0) }
        #expect(step.closed == zip(left, isThere).filter(\.1).map(\.0))
        #expect(step.revised == zip(left, isThere).filter { !$0.1 }.map(\.0))
    }

    /// The nodes that hold a byte.
    private func path(at offset: Int, in tree: SyntaxTree) -> [SyntaxStep.Node] {
        var place = 0
        var path = [node(tree.nodes[0])]
        while let child = tree.children(of: place).first(where: {
            tree.nodes[$0].span.upperBound > offset
        }), tree.nodes[child].span.lowerBound <= offset {
            path.append(node(tree.nodes[child]))
            place = child
        }
        return path
    }

    private func node(_ node: SyntaxTree.Node) -> SyntaxStep.Node {
        SyntaxStep.Node(kind: node.kind, span: node.span, traits: node.traits)
    }
}
