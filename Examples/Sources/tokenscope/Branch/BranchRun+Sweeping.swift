import TokenScope

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension BranchRun {
    /// The one-token atlas of a branch.
    mutating func sweep() throws(ToolError) {
        let tree = try tree
        let leaf = try tree.place(operands[0])
        let alternatives = try options.number("alternatives", as: Int.self) ?? 5
        let length = try options.number("tokens", as: Int.self) ?? 16
        let budget = try options.number("budget", as: Int.self)
        guard alternatives > 0, length > 0, budget ?? 1 > 0 else {
            throw .usage("--alternatives, --tokens and --budget take at least 1")
        }
        let last = tree[leaf]?.token.index.rawValue ?? 0
        let from = try options.number("from", as: Int.self) ?? 0
        let to = try options.number("to", as: Int.self) ?? last
        guard from >= 0, from <= to, to <= last else {
            throw .usage("--from and --to lie on the branch, from 0 to \(last)")
        }
        let settings = AtlasSettings(
            alternatives: alternatives, continuation: length, forwardTokenBudget: budget,
            addsToTree: options.contains("add"))
        var explorer = try explorer()
        let progress = progress
        let atlas: TokenAtlas
        do {
            let parameters = options.namesSampling ? try sampling(over: leaf, explorer) : nil
            atlas = try explorer.atlas(
                of: leaf, positions: TokenIndex(from)..<TokenIndex(to + 1), settings,
                parameters: parameters
            ) { report in
                progress.show(
                    "alternative \(report.finishedBranches) of \(report.branches), "
                        + "token \(report.tokens)")
            }
        } catch let error as BranchingFailure {
            progress.clear()
            throw Self.explained(error)
        } catch let error as ToolError {
            throw error
        } catch {
            throw .run("\(error)")
        }
        progress.clear()
        if settings.addsToTree {
            let before = tree.nextID
            session?.tree = explorer.tree
            let added = explorer.tree.leaves.filter { $0 >= before }
            try save(added)
        }
        Terminal.write(AtlasText.text(of: atlas, width: 28))
    }

    private func sampling(
        over leaf: BranchNode.ID, _ explorer: BranchExplorer
    ) throws(ToolError) -> GenerateParameters {
        try options.sampling(over: GenerateParameters(explorer.settings(at: leaf)))
    }
}

/// An atlas as a table.
enum AtlasText {
    static func text(of atlas: TokenAtlas, width: Int) -> String {
        var text = "token  text            p      alternative     p      then\n"
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
                let difference =
                    alternative.difference.reconvergence.map { "same again from token \($0)" }
                    ?? (alternative.difference.isEmpty
                        ? "the same" : "\(alternative.difference.tokenEditDistance) edits")
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

    private static func probability(_ logarithm: Double) -> String {
        let value = (exp(logarithm) * 10_000).rounded() / 10_000
        return pad("\(value)", 6)
    }

    private static func pad(_ text: String, _ width: Int, right: Bool = false) -> String {
        let blanks = String(repeating: " ", count: max(0, width - text.count))
        return right ? blanks + text : text + blanks
    }
}
