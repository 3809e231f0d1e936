import ScopeCode
import ScopeFiles
import ScopeTrace
import TestFixtures
import Testing

/// A source file of the golden data with the tree that another binding of tree-sitter made of it.
struct GoldenTree: Sendable, CustomTestStringConvertible {
    let folder: FixtureFolder
    let source: String
    let tree: String

    var testDescription: String { "\(folder)/\(source)" }

    static let all: [GoldenTree] = Fixtures.roots.flatMap { root in
        let folder = root.category("ast")
        let files = try? folder.json("index.json").required("files").elements()
        return files?.compactMap { file -> GoldenTree? in
            guard let source = try? file.required("source").string(),
                let tree = try? file.required("tree").string()
            else { return nil }
            return GoldenTree(folder: folder, source: source, tree: tree)
        } ?? []
    }

    func bytes() throws -> [UInt8] {
        let contents = try folder.contents(source)
        return contents.copy(0..<contents.byteCount)
    }

    /// The rows of the tree's table, each as one line of text.
    func rows() throws -> [String] {
        try folder.json(tree).required("nodes").elements().map { row in
            let cells = Array(try row.elements())
            var texts: [String] = []
            for (place, cell) in cells.enumerated() {
                switch place {
                case 4, 5:
                    let point = try cell.elements().map { try $0.int() }
                    texts.append("\(point[0]):\(point[1])")
                case 0: texts.append(try cell.string())
                case 10: texts.append(cell.isNull ? "-" : try cell.string())
                case 1, 6...9: texts.append("\(try cell.bool())")
                default: texts.append("\(try cell.int())")
                }
            }
            return texts.joined(separator: " ")
        }
    }
}

/// Trees equal those of the reference, node for node.
@Suite struct GoldenTreeTests {
    @Test("Both roots have golden trees")
    func isNotEmpty() {
        for root in Fixtures.roots {
            #expect(GoldenTree.all.contains { $0.folder.root == root.name }, "\(root)")
        }
    }

    @Test("A tree is the reference's", arguments: GoldenTree.all)
    func tree(golden: GoldenTree) throws {
        let bytes = try golden.bytes()
        let tree = try TestGrammars.grammar("python").parse(bytes)
        let found = rows(of: tree, in: bytes)
        let expected = try golden.rows()
        #expect(found.count == expected.count)
        for (index, (found, expected)) in zip(found, expected).enumerated() {
            try #require(found == expected, "node \(index)")
        }
    }

    @Test("A tree that grew piece by piece is the reference's", arguments: GoldenTree.all)
    func grownTree(golden: GoldenTree) throws {
        let bytes = try golden.bytes()
        var parser = try IncrementalParser(grammar: TestGrammars.grammar("python"))
        var offset = 0
        while offset < bytes.count {
            let end = min(offset + 3, bytes.count)
            try parser.append(bytes[offset..<end])
            offset = end
        }
        let found = rows(of: try parser.finish(), in: bytes)
        #expect(try found == golden.rows())
    }

    private func rows(of tree: SyntaxTree, in bytes: [UInt8]) -> [String] {
        var lineStarts = [0]
        for (offset, byte) in bytes.enumerated() where byte == 0x0A {
            lineStarts.append(offset + 1)
        }
        func point(_ offset: Int) -> String {
            let row = (lineStarts.firstIndex { $0 > offset } ?? lineStarts.count) - 1
            return "\(row):\(offset - lineStarts[row])"
        }
        var depths: [Int] = []
        return tree.nodes.indices.map { index in
            let node = tree.nodes[index]
            depths.append(node.parent.map { depths[$0] + 1 } ?? 0)
            let cells: [Any] = [
                tree.kindName(of: index), node.traits.contains(.named), node.span.lowerBound,
                node.span.upperBound, point(node.span.lowerBound), point(node.span.upperBound),
                node.traits.contains(.missing), node.traits.contains(.hasError),
                node.traits.contains(.error), node.traits.contains(.extra),
                tree.fieldName(of: index) ?? "-", depths[index], node.parent ?? -1,
            ]
            return cells.map { "\($0)" }.joined(separator: " ")
        }
    }
}
