public import ScopeTrace

/// Shows a tree of branches in a terminal: a line for each run of tokens without a branch in it.
///
/// ```text
///   node tokens   mean      Δ
///      2      3   0.21         def add(
///      5      3   0.37         ├─ a, b): ⏎ …
///      9      4   1.02  +0.65  └─ x, y): [what if] ended: eos
/// ```
///
/// `node` names the last node of the line, `mean` is the mean of the metric over the line's tokens that
/// have it, and Δ its difference from that of the first branch beside it. Behind the text stand the name,
/// what the branch was made in the place of, why decoding ended, and the note. Where the terminal has
/// colours, each token has that of its value; prompt tokens are dim and forced ones underlined.
public struct BranchTreeView: Sendable {
    /// How values turn into heat; its name is the metric's.
    public let scale: HeatScale

    /// How many colours the terminal shows; plain output has no escape sequences at all.
    public let depth: ColorDepth

    /// Columns that a line takes, about; what stands behind the text may be longer.
    public let width: Int

    /// Makes a view.
    ///
    /// - Parameters:
    ///   - scale: How values turn into heat.
    ///   - depth: How many colours the terminal shows.
    ///   - width: Columns that a line takes, at least 60.
    public init(scale: HeatScale = .surprisal, depth: ColorDepth, width: Int = 100) {
        precondition(width >= 60, "a tree needs at least 60 columns")
        self.scale = scale
        self.depth = depth
        self.width = width
    }

    /// The tree as lines under a line of titles.
    ///
    /// - Parameter tree: The tree.
    /// - Returns: Text for the terminal; a single line for an empty tree.
    /// - Complexity: O(*n* + *r* · *d*) in the nodes, the lines and the depth of branches, which is cut
    ///   at half the width.
    public func text(of tree: BranchTree) -> String {
        guard !tree.isEmpty else { return "the tree has no nodes\n" }
        let named = Set(tree.names.values)
        let runs = tree.runs { node in
            guard let parent = node.parent.flatMap({ tree[$0] }) else { return true }
            return named.contains(parent.id)
                || parent.token.origin == .prompt && node.token.origin != .prompt
        }
        let means = runs.map { mean(of: $0.nodes, in: tree) }
        var text = "  node tokens   mean      Δ  \(scale.name)\(scale.unitLabel)\n"
        let roots = runs.indices.filter { runs[$0].parent == nil }
        // What stands before the text of the runs that follow a run.
        var indents: [String] = []
        for (place, run) in runs.enumerated() {
            let siblings = run.parent.map { runs[$0].children } ?? roots
            let isLast = siblings.last == place
            let outer = run.parent.map { indents[$0] } ?? ""
            let isBranch = siblings.count > 1
            let connector = isBranch ? (isLast ? "└─ " : "├─ ") : ""
            indents.append(outer + (isBranch ? (isLast ? "   " : "│  ") : ""))
            var difference: Double?
            if let mean = means[place], let first = siblings.first, first != place,
                let other = means[first]
            {
                difference = mean - other
            }
            text += numbers(run, mean: means[place], difference: difference)
            let lead = cut(outer + connector)
            text += lead + paint(run.nodes, of: tree, width: max(16, width - 29 - lead.count))
            text += facts(of: run, in: tree) + "\n"
        }
        return text
    }

    private func mean(of nodes: [BranchNode.ID], in tree: BranchTree) -> Double? {
        let values = nodes.compactMap { tree.cell(named: scale.name, of: $0)?.number }
        return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }

    private func numbers(_ run: BranchRun, mean: Double?, difference: Double?) -> String {
        func column(_ text: String, _ width: Int) -> String {
            String(repeating: " ", count: max(0, width - text.count)) + text
        }
        let id = run.nodes.last.map { "\($0)" } ?? ""
        let mean = mean.map { DecimalText.fixed($0, digits: 2) } ?? ""
        let sign = (difference ?? 0) > 0 ? "+" : ""
        let difference = difference.map { sign + DecimalText.fixed($0, digits: 2) } ?? ""
        return column(id, 6) + column("\(run.nodes.count)", 7) + column(mean, 7)
            + column(difference, 7) + "  "
    }

    /// The end of what is before the text: in deep trees the branches near the root are left out.
    private func cut(_ lead: String) -> String {
        let most = width / 2
        return lead.count > most ? "… " + lead.suffix(most - 2) : lead
    }

    /// The text of tokens on one line of at most so many characters, with their colours.
    private func paint(_ nodes: [BranchNode.ID], of tree: BranchTree, width: Int) -> String {
        var joiner = UTF8Joiner()
        var (output, used) = ("", 0)
        for (place, id) in nodes.enumerated() {
            guard let token = tree[id]?.token else { continue }
            let piece = joiner.add(token.bytes)
            var text = Self.oneLine(piece.joined + piece.own)
            if place == nodes.count - 1 { text += Self.oneLine(joiner.flush()) }
            let isCut = used + text.count > width
            if isCut { text = String(text.prefix(max(0, width - used - 1))) }
            output += styled(text, token, tree.cell(named: scale.name, of: id)?.number)
            used += text.count
            if isCut { return output + "…" }
        }
        return output
    }

    private func styled(_ text: String, _ token: TokenRecord, _ value: Double?) -> String {
        guard depth != .plain, !text.isEmpty else { return text }
        var styles: [String] = []
        if token.origin == .prompt { styles.append("2") }
        if token.origin == .forced { styles.append("4") }
        if token.origin != .prompt, let value {
            styles.append(HeatRamp.style(heat: scale.heat(of: value), depth: depth))
        }
        return styles.isEmpty ? text : "\u{1B}[\(styles.joined(separator: ";"))m\(text)\u{1B}[0m"
    }

    /// Text in which line feeds and tabs are seen and control characters are harmless.
    static func oneLine(_ text: String) -> String {
        var line = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": line += "⏎"
            case "\t": line += "⇥"
            default:
                line +=
                    TerminalText.isHarmless(scalar)
                    ? String(Character(scalar)) : TerminalText.picture(of: scalar)
            }
        }
        return line
    }

    private func facts(of run: BranchRun, in tree: BranchTree) -> String {
        guard let first = run.nodes.first, let last = run.nodes.last else { return "" }
        var facts: [String] = []
        if let name = tree.name(of: last) { facts.append("[\(Self.oneLine(name))]") }
        switch tree.edit(of: first) {
        case let edit? where edit.kind == .replacement:
            facts.append(edit.first.map { "for node \($0)" } ?? "replacement")
        case let edit? where edit.kind == .fillInTheMiddle: facts.append("fill-in-the-middle")
        case let edit?: facts.append(edit.last.map { "for prompt \($0)" } ?? "prompt")
        case nil: break
        }
        if let reason = tree.end(of: last)?.stopReason { facts.append("ended: \(reason.rawValue)") }
        if let note = tree.notes[last] { facts.append("“\(Self.oneLine(note))”") }
        return facts.isEmpty ? "" : "  " + facts.joined(separator: "  ")
    }
}
