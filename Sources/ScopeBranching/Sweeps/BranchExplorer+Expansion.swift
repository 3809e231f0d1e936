public import ScopeDecoding
public import ScopeTrace
internal import ScopeTensor

extension BranchExplorer {
    /// Writes on after a node and forks on the way, wherever the model is undecided.
    ///
    /// At such a place the branch goes on with the token that it draws, and others begin with the most
    /// probable of the other tokens; all are decoded together from there on. Which places these are does
    /// not depend on the order of computing, but where the limit of branches is met, the places that are
    /// reached first count.
    ///
    /// - Parameters:
    ///   - node: The last token that is there.
    ///   - parameters: How to draw and when to end; `maxTokens` counts from the node on for all branches.
    ///   - rule: Where branches fork.
    ///   - progress: Called after each round.
    /// - Returns: The branches' ends, those that forked off later after those they forked off from.
    /// - Throws: ``BranchingFailure``.
    @discardableResult
    public mutating func expand(
        after node: BranchNode.ID, _ parameters: GenerateParameters, _ rule: ExpansionRule,
        progress: (BranchProgress) -> Void = { _ in }
    ) throws(BranchingFailure) -> BranchOutcome {
        try check(node)
        let seed = ExpansionSeed(base: node, ids: [], depth: 0, spent: 0)
        return try expand([seed], parameters, rule, kept: 0, progress: progress)
    }

    /// Forks a branch that is there, wherever the model was undecided about a token, and writes on after
    /// the other tokens, forking again where the rule's depth allows.
    ///
    /// - Parameters:
    ///   - leaf: A node whose branch is looked at.
    ///   - positions: The tokens that may be replaced; nil for all that were not given as prompt.
    ///   - parameters: How to draw and when to end; `maxTokens` counts from the fork on.
    ///   - rule: Where branches fork.
    ///   - progress: Called after each round.
    /// - Returns: The new branches' ends.
    /// - Throws: ``BranchingFailure``.
    @discardableResult
    public mutating func expand(
        along leaf: BranchNode.ID, positions: Range<TokenIndex>? = nil,
        _ parameters: GenerateParameters, _ rule: ExpansionRule,
        progress: (BranchProgress) -> Void = { _ in }
    ) throws(BranchingFailure) -> BranchOutcome {
        try check(leaf)
        let path = tree.path(to: leaf)
        let tokens = path.compactMap { tree[$0]?.token }
        let written = tokens.firstIndex { $0.origin != .prompt } ?? tokens.count
        let places = wanted(
            positions ?? TokenIndex(written)..<TokenIndex(tokens.count), of: tokens.count)
        guard !places.isEmpty, rule.depth > 0 else { return BranchOutcome() }
        let reading = try read(
            Array(tokens.prefix(places.upperBound).map(\.id)), onPathTo: leaf, wanted: places,
            alternatives: rule.width - 1)
        var seeds: [ExpansionSeed] = []
        for place in places {
            guard let found = reading.predictions[place],
                rule.isMet(margin: found.margin, entropy: found.entropy)
            else { continue }
            for alternative in found.alternatives where seeds.count < rule.branchLimit {
                seeds.append(
                    ExpansionSeed(
                        base: tree[path[place]]?.parent, ids: [alternative.id], depth: 1, spent: 0,
                        replaced: path[place]))
            }
        }
        return try expand(seeds, parameters, rule, kept: 0, progress: progress)
    }

    private mutating func expand(
        _ seeds: [ExpansionSeed], _ parameters: GenerateParameters, _ rule: ExpansionRule,
        kept: Int, progress: (BranchProgress) -> Void
    ) throws(BranchingFailure) -> BranchOutcome {
        var outcome = BranchOutcome()
        var seeds = seeds
        var written: [Int: BranchNode.ID] = [:]
        var next = 0
        // A generation at a time: what forks off in one is written in the next, from nodes that are there.
        while next < seeds.count, !outcome.isCancelled {
            let generation = next..<seeds.count
            next = seeds.count
            var growths: [BranchGrowth] = []
            for seed in seeds[generation] {
                var own = parameters
                if let most = parameters.maxTokens { own.maxTokens = max(0, most - seed.spent) }
                growths.append(
                    BranchGrowth(
                        base: seed.base, tokens: seed.ids.map { BranchGrowth.NewToken(id: $0) },
                        parameters: own,
                        edit: seed.replaced.map { BranchEdit(.replacement, first: $0, last: $0) }))
            }
            var forks: [(from: Int, fork: ExpansionFork, replaced: BranchNode.ID?)] = []
            let part = try grow(
                growths,
                watching: { branch in
                    let depth = seeds[generation.lowerBound + branch.number].depth
                    guard depth < rule.depth else { return }
                    branch.noteFork(rule)
                },
                visit: { branch, nodes in
                    written[generation.lowerBound + branch.number] =
                        nodes.last ?? branch.growth.base
                    for fork in branch.forks {
                        let place = fork.index - branch.start
                        guard nodes.indices.contains(place) else { continue }
                        forks.append(
                            (generation.lowerBound + branch.number, fork, nodes[place]))
                    }
                }, progress: progress)
            outcome.isCancelled = part.isCancelled
            // Those that are reached first, and among them those of earlier branches.
            forks.sort { ($0.fork.index, $0.from) < ($1.fork.index, $1.from) }
            for (from, fork, replaced) in forks {
                let parent = seeds[from]
                for id in fork.alternatives where seeds.count < rule.branchLimit {
                    seeds.append(
                        ExpansionSeed(
                            base: replaced.flatMap { tree[$0]?.parent }, ids: [id],
                            depth: parent.depth + 1, spent: parent.spent + fork.spent + 1,
                            replaced: replaced))
                }
            }
        }
        outcome.leaves = written.sorted { $0.key < $1.key }.map(\.value)
        return outcome
    }
}

/// A branch that an expansion is to write.
private struct ExpansionSeed {
    let base: BranchNode.ID?
    let ids: [Int]
    /// Forks on the way to it.
    let depth: Int
    /// Tokens that were written since the expansion began.
    let spent: Int
    var replaced: BranchNode.ID?
}

/// A place where a branch forks.
struct ExpansionFork: Sendable {
    /// The token that was drawn there.
    let index: Int
    /// Tokens that the branch had written before.
    let spent: Int
    /// The most probable of the other tokens.
    let alternatives: [Int]
}

extension GrowingBranch {
    /// Notes that another branch begins in the place of the token just drawn, if the rule says so.
    mutating func noteFork(_ rule: ExpansionRule) {
        let logits = session.drawnLogits
        guard let summary = LogitSummary(logits.span) else { return }
        let leaders = logits.mostProbable(rule.width)
        let margin =
            leaders.count < 2
            ? 1
            : Double.exponential(leaders[0].logProbability)
                - Double.exponential(leaders[1].logProbability)
        guard rule.isMet(margin: margin, entropy: summary.entropy) else { return }
        let index = session.tokenCount - 1
        let drawn = session.token(at: index).id
        forks.append(
            ExpansionFork(
                index: index, spent: index - start - growth.tokens.count,
                alternatives: leaders.map(\.id).filter { $0 != drawn }.prefix(rule.width - 1)
                    .map(\.self)))
    }
}
