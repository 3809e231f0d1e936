import TokenScope

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What `branch sweep` looks for.
enum BranchSweep: String, CaseIterable {
    case atlas
    case expand
    case best
    case beam
    case forks
    case flip
}

extension BranchRun {
    mutating func sweep() throws(ToolError) {
        let name = options["kind"] ?? BranchSweep.atlas.rawValue
        guard let kind = BranchSweep(rawValue: name) else {
            let known = BranchSweep.allCases.map(\.rawValue).joined(separator: ", ")
            throw .usage("--kind takes one of \(known), not \"\(name)\"")
        }
        let node = try tree.place(operands[0])
        switch kind {
        case .atlas: try atlas(of: node)
        case .expand: try expand(along: node)
        case .best: try best(after: node)
        case .beam: try beam(after: node)
        case .forks: try forks(of: node)
        case .flip: try flip(of: node)
        }
    }

    /// A number of at least 1.
    func positive(_ name: String, or standard: Int) throws(ToolError) -> Int {
        let number = try options.number(name, as: Int.self) ?? standard
        guard number > 0 else { throw .usage("--\(name) takes at least 1, not \(number)") }
        return number
    }

    /// The tokens of a branch that `--from` and `--to` name.
    func positions(of leaf: BranchNode.ID) throws(ToolError) -> Range<TokenIndex>? {
        guard options["from"] != nil || options["to"] != nil else { return nil }
        let last = try tree[leaf]?.token.index.rawValue ?? 0
        let from = try options.number("from", as: Int.self) ?? 0
        let to = try options.number("to", as: Int.self) ?? last
        guard from >= 0, from <= to, to <= last else {
            throw .usage("--from and --to lie on the branch, from 0 to \(last)")
        }
        return TokenIndex(from)..<TokenIndex(to + 1)
    }

    /// Shows how far a sweep has come.
    func report(_ progress: BranchProgress) {
        self.progress.show(
            "branch \(progress.finishedBranches) of \(progress.branches), "
                + "token \(progress.tokens)")
    }

    /// Has the engine do something, with its errors as the tool's.
    func asking<Result>(
        _ body: () throws(BranchingFailure) -> Result
    ) throws(ToolError) -> Result {
        do throws(BranchingFailure) {
            let result = try body()
            progress.clear()
            return result
        } catch {
            progress.clear()
            throw Self.explained(error)
        }
    }

    /// The one-token atlas of a branch.
    private mutating func atlas(of leaf: BranchNode.ID) throws(ToolError) {
        let settings = AtlasSettings(
            alternatives: try positive("alternatives", or: 5),
            continuation: try positive("tokens", or: 16),
            forwardTokenBudget: try options.number("budget", as: Int.self),
            addsToTree: options.contains("add"))
        let positions = try positions(of: leaf)
        let parameters = options.namesSampling ? try sampling(at: leaf) : nil
        var explorer = try explorer()
        let run = self
        let atlas = try asking { () throws(BranchingFailure) in
            try explorer.atlas(
                of: leaf, positions: positions, settings, parameters: parameters,
                progress: run.report)
        }
        if settings.addsToTree {
            let before = try tree.nextID
            session?.tree = explorer.tree
            try save(explorer.tree.leaves.filter { $0 >= before })
        }
        Terminal.write(
            AtlasText.text(
                of: atlas, endingAt: try tree[leaf]?.token.index, width: 28))
    }
}

/// An atlas as a table.
enum AtlasText {
    static func text(of atlas: TokenAtlas, endingAt end: TokenIndex?, width: Int) -> String {
        var text = "token  text            p      alternative     p      then\n"
        // What follows the branch's last token is not known, so nothing differs from it.
        let last = atlas.positions.last { $0.token.index == end }
        for position in atlas.positions {
            var lead =
                pad("\(position.token.index)", 5, right: true) + "  "
                + pad(TerminalText.quoted(position.token.text, width: 14), 14) + "  "
                + probability(position.logProbability)
            if position.alternatives.isEmpty { text += lead + "\n" }
            for alternative in position.alternatives {
                let shown = String(decoding: alternative.bytes, as: UTF8.self)
                let then = String(
                    decoding: alternative.continuation.flatMap(\.bytes), as: UTF8.self)
                let difference = words(for: alternative.difference, isLast: position == last)
                text +=
                    lead + "  " + pad(TerminalText.quoted(shown, width: 14), 14) + "  "
                    + probability(alternative.logProbability) + "  "
                    + pad(TerminalText.quoted(then, width: width), width) + "  \(difference)\n"
                lead = String(repeating: " ", count: lead.count)
            }
        }
        let saved = Double(atlas.naiveForwardTokens) / Double(max(1, atlas.forwardTokens))
        let times = (saved * 10).rounded() / 10
        text += "\(atlas.forwardTokens) tokens went through the model, \(times) times fewer than "
        text += "the \(atlas.naiveForwardTokens) of computing each alternative anew\n"
        return atlas.isCancelled ? text + "cancelled before the end\n" : text
    }

    private static func words(for difference: BranchDifference, isLast: Bool) -> String {
        if isLast { return "" }
        if difference.isEmpty { return "the same" }
        if let token = difference.reconvergence { return "same again from token \(token)" }
        let edits = difference.tokenEditDistance
        return edits == 1 ? "1 edit" : "\(edits) edits"
    }

    private static func probability(_ logarithm: Double) -> String {
        let value = (exp(logarithm) * 10_000).rounded() / 10_000
        return pad("\(value)", 6)
    }

    private static func pad(_ text: String, _ width: Int, right: Bool = false) -> String {
        let blanks = String(repeating: " ", count: max(0, width - text.count))
        return right ? blanks + text : text + blanks
    }
}
