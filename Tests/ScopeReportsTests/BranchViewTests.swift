import ScopeReports
import ScopeTrace
import Testing

@Suite struct BranchViewTests {
    /// Three branches from one prompt, one of them with a name, a note and an end.
    static func tree() -> BranchTree {
        var tree = BranchTree(header: .sample)
        func token(_ text: String, _ id: Int, _ origin: TokenOrigin) -> BranchToken {
            BranchToken(id: id, bytes: Array(text.utf8), origin: origin)
        }
        let prompt = tree.append(
            contentsOf: [token("def", 1, .prompt), token(" f(", 2, .prompt)], to: nil)
        let first = tree.append(
            contentsOf: [token("a", 3, .sampled), token("):\n", 4, .sampled)], to: prompt[1])
        let second = tree.replace(first[0], with: [token("b\u{1B}", 5, .forced)])
        let third = tree.append(
            contentsOf: [token("\u{F0}\u{9F}", 6, .sampled), token(")", 7, .sampled)],
            to: second[0])
        let fourth = tree.append(token("c", 8, .sampled), to: second[0])
        for (place, id) in (prompt + first + second + third + [fourth]).enumerated() {
            tree[id, .surprisal] = Double(place) / 2
        }
        tree.name(third[1], "what if")
        tree.annotate(third[1], "odd\nline")
        tree.setEnd(BranchEnd(stopReason: .length), of: third[1])
        return tree
    }

    @Test func aTreeIsDrawnInPlainText() {
        let text = BranchTreeView(depth: .plain).text(of: Self.tree())
        #expect(
            text == """
                  node tokens   mean      Δ  surprisal (nats)
                     1      2   0.25         def f(
                     3      2   1.25         ├─ a):⏎
                     4      1   2.00  +0.75  └─ b␛  for node 2
                     6      2   2.75            ├─ ð‹9F›)  [what if]  ended: length  “odd⏎line”
                     7      1   3.50  +0.75     └─ c

                """)
        #expect(!text.unicodeScalars.contains("\u{1B}"))
        #expect(
            BranchTreeView(depth: .plain).text(of: BranchTree(header: .sample))
                == "the tree has no nodes\n")
    }

    @Test func withoutItsColoursATreeIsThePlainOne() throws {
        let colored = BranchTreeView(depth: .trueColor).text(of: Self.tree())
        #expect(colored.contains("\u{1B}[2mdef\u{1B}[0m"))
        #expect(colored.contains("\u{1B}[4;38;2;"))
        let plain = colored.split(separator: "\u{1B}[" as String, omittingEmptySubsequences: false)
            .enumerated().map { number, part in
                number == 0 ? part : part.drop { $0 != "m" }.dropFirst()
            }.joined()
        #expect(plain == BranchTreeView(depth: .plain).text(of: Self.tree()))
    }

    @Test func longLinesAndDeepTreesAreCut() {
        var tree = BranchTree(header: .sample)
        var last: BranchNode.ID?
        for _ in 0..<80 {
            let text = [UInt8](repeating: 120, count: 90)
            let node = tree.append(BranchToken(id: 1, bytes: text, origin: .sampled), to: last)
            tree.append(BranchToken(id: 2, bytes: [121], origin: .sampled), to: last)
            last = node
        }
        let lines = BranchTreeView(depth: .plain, width: 80).text(of: tree).split(separator: "\n")
        #expect(lines.count == 161)
        #expect(lines.allSatisfy { $0.count <= 90 })
        #expect(lines.contains { $0.hasSuffix("x…") && $0.contains("… ") })
    }

    @Test func differencesAreShownByToken() {
        let tree = Self.tree()
        let view = BranchDiffView(depth: .plain)
        #expect(
            view.text(from: BranchNode.ID(3), to: BranchNode.ID(7), of: tree) == """
                =    2 tokens  def f(
                -    2 tokens  a):⏎  mean surprisal 1.25
                +    2 tokens  b␛c  mean surprisal 2.75
                2 of 4 and 4 tokens, 6 of 10 and 9 bytes in common

                """)
        #expect(
            view.text(from: BranchNode.ID(7), to: BranchNode.ID(7), of: tree) == """
                =    4 tokens  def f(b␛c
                4 of 4 and 4 tokens, 9 of 9 and 9 bytes in common

                """)
    }

    @Test func aTreeIsAPicture() throws {
        let tree = Self.tree()
        let picture = SVGWriter().branches(of: tree)
        #expect(picture == SVGWriter().branches(of: tree))
        #expect(picture.hasPrefix("<svg ") && picture.hasSuffix("</svg>\n"))
        for id in tree.nodes.map(\.id) { #expect(picture.contains("<title>node \(id), token ")) }
        #expect(picture.contains("what if") && picture.contains("ended: length"))
        #expect(picture.contains("8 tokens in 3 branches"))
        #expect(!picture.unicodeScalars.contains("\u{1B}"))
    }
}
