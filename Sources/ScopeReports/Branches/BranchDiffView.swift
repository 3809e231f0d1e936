public import ScopeTrace

/// Shows in a terminal how two branches differ: what they share, and what each has in its place.
///
/// ```text
///   =   3 tokens  def add(
///   -   2 tokens   a, b    mean surprisal 0.31
///   +   2 tokens   x, y    mean surprisal 1.20
/// 7 of 9 tokens and 12 of 20 bytes in common
/// ```
public struct BranchDiffView: Sendable {
    /// The metric whose mean stands behind what differs.
    public let metric: String

    /// How many colours the terminal shows.
    public let depth: ColorDepth

    /// Characters that the text of a line may take.
    public let width: Int

    /// Makes a view.
    ///
    /// - Parameters:
    ///   - metric: The metric whose mean stands behind what differs.
    ///   - depth: How many colours the terminal shows.
    ///   - width: Characters that the text of a line may take, at least 8.
    public init(metric: String = "surprisal", depth: ColorDepth, width: Int = 72) {
        precondition(width >= 8, "a line needs at least eight characters")
        self.metric = metric
        self.depth = depth
        self.width = width
    }

    /// The differences of two branches, by token; the last line counts bytes as well.
    ///
    /// - Parameters:
    ///   - left: A node of the tree.
    ///   - right: A node of the tree.
    ///   - tree: The tree.
    /// - Returns: Text for the terminal, `-` for what the first has and `+` for what the second has.
    /// - Complexity: As `BranchTree.tokenDiff`.
    public func text(
        from left: BranchNode.ID, to right: BranchNode.ID, of tree: BranchTree
    ) -> String {
        let (leftPath, rightPath) = (tree.path(to: left), tree.path(to: right))
        let tokens = tree.tokenDiff(left, right)
        let bytes = tree.byteDiff(left, right)
        var text = ""
        for part in tokens.parts {
            if part.isSame {
                text += line("=", Array(leftPath[part.left]), style: "2", of: tree)
                continue
            }
            let (removed, added) = (Array(leftPath[part.left]), Array(rightPath[part.right]))
            if !removed.isEmpty { text += line("-", removed, style: "31", of: tree) }
            if !added.isEmpty { text += line("+", added, style: "32", of: tree) }
        }
        let counts = [tree.bytes(of: left).count, tree.bytes(of: right).count]
        return text
            + "\(tokens.commonCount) of \(leftPath.count) and \(rightPath.count) tokens, "
            + "\(bytes.commonCount) of \(counts[0]) and \(counts[1]) bytes in common\n"
    }

    private func line(
        _ sign: String, _ nodes: [BranchNode.ID], style: String, of tree: BranchTree
    ) -> String {
        let bytes = nodes.flatMap { tree[$0]?.token.bytes ?? [] }
        var shown = BranchTreeView.oneLine(String(decoding: bytes, as: UTF8.self))
        if shown.count > width {
            // Where they part is at the end of what they share.
            shown = sign == "=" ? "…" + shown.suffix(width - 1) : shown.prefix(width - 1) + "…"
        }
        let count = "\(nodes.count)"
        let lead =
            "\(sign) " + String(repeating: " ", count: max(0, 4 - count.count)) + count
            + (nodes.count == 1 ? " token   " : " tokens  ")
        let values = nodes.compactMap { tree.cell(named: metric, of: $0)?.number }
        var facts = ""
        if sign != "=", !values.isEmpty {
            let mean = values.reduce(0, +) / Double(values.count)
            facts = "  mean \(metric) \(DecimalText.significant(mean))"
        }
        let painted = depth == .plain ? lead + shown : "\u{1B}[\(style)m\(lead)\(shown)\u{1B}[0m"
        return painted + facts + "\n"
    }
}
