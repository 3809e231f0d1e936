internal import ScopeTrace

/// What makes two subtrees equal: their kinds, the text of their leaves, and their order.
///
/// Blanks and comments have no part in it.
struct TreeFingerprint {
    /// By node, two nodes of any trees of the same table have the same number where they are equal.
    let numbers: [Int]

    /// Numbers for shapes that were seen, which several trees share.
    struct Table {
        fileprivate var known: [Shape: Int] = [:]

        fileprivate mutating func number(of shape: Shape) -> Int {
            if let number = known[shape] { return number }
            known[shape] = known.count
            return known.count - 1
        }
    }

    fileprivate struct Shape: Hashable {
        var kind: String
        var isNamed: Bool
        var text: [UInt8]
        var children: [Int]
    }

    init(
        _ tree: SyntaxTree, text: [UInt8], equality: TreeEquality,
        isName: (SyntaxTree.Node) -> Bool,
        in table: inout Table
    ) {
        var numbers = [Int](repeating: 0, count: tree.nodes.count)
        var children = [[Int]](repeating: [], count: tree.nodes.count)
        var names: [[UInt8]: Int] = [:]
        var spellings = [[UInt8]](repeating: [], count: tree.nodes.count)
        // In the order of the text, so that the first name is the first one to be renamed.
        for (index, node) in tree.nodes.enumerated() {
            guard !node.traits.contains(.missing) else { continue }
            var spelling: [UInt8]
            if node.end == index + 1 {
                spelling = Array(text[node.span.clamped(to: 0..<text.count)])
            } else {
                spelling = Self.inner(of: index, in: tree, text)
            }
            switch equality {
            case .text: break
            case .shape where node.traits.contains(.named): spelling = []
            case .renaming where isName(node):
                let number = names[spelling] ?? names.count
                names[spelling] = number
                spelling = Array("\(number)".utf8)
            case .shape, .renaming: break
            }
            spellings[index] = spelling
        }
        for index in tree.nodes.indices.reversed() {
            let node = tree.nodes[index]
            let shape = Shape(
                kind: tree.kindNames[node.kind], isNamed: node.traits.contains(.named),
                text: spellings[index], children: children[index].reversed())
            numbers[index] = table.number(of: shape)
            if let parent = node.parent, !Self.isLeftOut(node) {
                children[parent].append(numbers[index])
            }
        }
        self.numbers = numbers
    }

    /// Comments and the like may stand anywhere and change nothing.
    static func isLeftOut(_ node: SyntaxTree.Node) -> Bool {
        node.traits.contains(.extra) && !node.traits.contains(.error)
    }

    /// What an inner node owns besides blanks, such as the letters of a string around an escape.
    private static func inner(of index: Int, in tree: SyntaxTree, _ text: [UInt8]) -> [UInt8] {
        let span = tree.nodes[index].span.clamped(to: 0..<text.count)
        var (own, cursor) = ([UInt8](), span.lowerBound)
        for child in tree.children(of: index) {
            let inner = tree.nodes[child].span
            if cursor < inner.lowerBound {
                own += text[cursor..<min(inner.lowerBound, span.upperBound)]
            }
            cursor = max(cursor, inner.upperBound)
        }
        if cursor < span.upperBound { own += text[cursor..<span.upperBound] }
        return own.allSatisfy { [9, 10, 11, 12, 13, 32].contains($0) } ? [] : own
    }
}

/// When two programs count as the same.
public enum TreeEquality: String, CaseIterable, Hashable, Sendable {
    /// The same tree with the same words: only blanks and comments may differ.
    case text
    /// The same tree where names may differ, each renamed to another one throughout.
    case renaming
    /// The same tree whatever its names and literals.
    case shape
}
