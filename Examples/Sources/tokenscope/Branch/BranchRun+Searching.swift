import TokenScope

/// The sweeps besides the atlas.
extension BranchRun {
    /// Forks a branch wherever the model was undecided.
    mutating func expand(along leaf: BranchNode.ID) throws(ToolError) {
        guard options["margin"] == nil || options["entropy"] == nil else {
            throw .usage("--margin and --entropy are two rules; take one")
        }
        let margin = try options.number("margin", as: Double.self) ?? 0.1
        let entropy = try options.number("entropy", as: Double.self)
        let width = max(2, try options.number("count", as: Int.self) ?? 2)
        let rule = ExpansionRule(
            entropy.map { .entropy(above: $0) } ?? .margin(below: margin), width: width,
            depth: try positive("depth", or: 1))
        let positions = try positions(of: leaf)
        let parameters = try sampling(at: leaf)
        try write { (explorer, progress) throws(BranchingFailure) in
            try explorer.expand(
                along: leaf, positions: positions, parameters, rule, progress: progress)
        }
    }

    mutating func best(after node: BranchNode.ID) throws(ToolError) {
        let (count, parameters) = (try count(), try sampling(at: node))
        try keep { (explorer, run) throws(BranchingFailure) in
            try explorer.samples(count, after: node, parameters, progress: run.report)
        }
    }

    mutating func beam(after node: BranchNode.ID) throws(ToolError) {
        let parameters = try sampling(at: node)
        let settings = BeamSettings(
            width: try options.number("count", as: Int.self) == nil ? 4 : try count(),
            maxTokens: max(1, parameters.maxTokens ?? 256), stopTokenIDs: parameters.stopTokenIDs)
        try keep { (explorer, run) throws(BranchingFailure) in
            try explorer.beam(after: node, settings, progress: run.report)
        }
    }

    /// Keeps scored branches; the tree is followed by their scores, the best first.
    private mutating func keep(
        _ body: (inout BranchExplorer, BranchRun) throws(BranchingFailure) -> ScoredBranches
    ) throws(ToolError) {
        try Self.check(name: options["name"])
        var explorer = try explorer()
        let run = self
        let scored = try asking { () throws(BranchingFailure) in try body(&explorer, run) }
        session?.tree = explorer.tree
        let leaves = scored.branches.map(\.leaf)
        if let name = options["name"], let best = leaves.first { session?.tree.name(best, name) }
        try save(leaves)
        try show(leaves)
        guard format == .tree else { return }
        for branch in scored.branches {
            let mean = (branch.meanLogProbability * 1000).rounded() / 1000
            Terminal.write(
                "node \(branch.leaf): mean log-probability \(mean) nats of \(branch.tokens) "
                    + "tokens\n")
        }
    }

    /// Whether `--contains` is in what was written after a branch's prompt.
    private func outcome() throws(ToolError) -> ([TokenRecord]) -> String {
        guard let text = options["contains"], !text.isEmpty else {
            throw .usage("--kind forks and flip need --contains TEXT, whose coming is looked at")
        }
        let wanted = Array(text.utf8)
        return { tokens in
            let bytes = tokens.filter { $0.origin != .prompt }.flatMap(\.bytes)
            return bytes.contains(wanted) ? "with" : "without"
        }
    }

    mutating func forks(of leaf: BranchNode.ID) throws(ToolError) {
        let outcome = try outcome()
        let settings = ForkingSettings(
            alternatives: try positive("alternatives", or: 3),
            samples: try positive("rollouts", or: 8),
            continuation: try positive("tokens", or: 32),
            forwardTokenBudget: try options.number("budget", as: Int.self))
        let positions = try positions(of: leaf)
        let parameters = options.namesSampling ? try sampling(at: leaf) : nil
        var explorer = try explorer()
        let run = self
        let found = try asking { () throws(BranchingFailure) in
            try explorer.forkingTokens(
                of: leaf, positions: positions, settings, parameters: parameters,
                outcome: outcome, progress: run.report)
        }
        var text = "token  text            with it   spread of its alternatives\n"
        for position in found.positions {
            let index = "\(position.token.index)"
            let shown = TerminalText.quoted(position.token.text, width: 14)
            text += String(repeating: " ", count: max(0, 5 - index.count)) + index + "  " + shown
            text += String(repeating: " ", count: max(1, 16 - shown.count))
            text += percent(position.outcomes["with"] ?? 0) + "  " + percent(position.spread)
            text += position.spread >= 0.5 ? "  forks\n" : "\n"
        }
        Terminal.write(text + "\(found.forwardTokens) tokens went through the model\n")
    }

    private func percent(_ share: Double) -> String {
        let text = "\(Int((share * 100).rounded())) %"
        return String(repeating: " ", count: max(0, 7 - text.count)) + text
    }

    mutating func flip(of leaf: BranchNode.ID) throws(ToolError) {
        let outcome = try outcome()
        let settings = FlipSettings(
            alternatives: try positive("alternatives", or: 3), size: try positive("size", or: 2),
            continuation: try positive("tokens", or: 16),
            forwardTokenBudget: try positive("budget", or: 10_000))
        let positions = try positions(of: leaf)
        let parameters = options.namesSampling ? try sampling(at: leaf) : nil
        var explorer = try explorer()
        let run = self
        let flip = try asking { () throws(BranchingFailure) in
            try explorer.minimalFlip(
                of: leaf, positions: positions, settings, parameters: parameters,
                outcome: outcome, progress: run.report)
        }
        var text = ""
        for replacement in flip.replacements {
            let bytes = explorer.context.tokenizer.bytes(of: replacement.id) ?? []
            let new = TerminalText.quoted(String(decoding: bytes, as: UTF8.self), width: 24)
            let old = TerminalText.quoted(replacement.token.text, width: 24)
            text += "token \(replacement.token.index): \(new) (id \(replacement.id)) for \(old)\n"
        }
        text +=
            flip.isFound
            ? "from \(flip.original) to \(flip.outcome); "
                + (flip.isMinimal ? "no fewer candidates do it\n" : "fewer may do it\n")
            : "no replacement of the \(flip.tried) tried changes \"\(flip.original)\"\n"
        Terminal.write(text + "\(flip.forwardTokens) tokens went through the model\n")
    }
}

extension [UInt8] {
    /// Whether a list of bytes is somewhere in this one.
    fileprivate func contains(_ part: [UInt8]) -> Bool {
        guard part.count <= count else { return false }
        return (0...(count - part.count)).contains { start in
            self[start..<start + part.count].elementsEqual(part)
        }
    }
}
