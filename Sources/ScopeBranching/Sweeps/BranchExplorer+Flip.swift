public import ScopeDecoding
public import ScopeTrace
internal import ScopeTransformer

extension BranchExplorer {
    /// Looks for the fewest token replacements that change an outcome.
    ///
    /// The branch up to `leaf` is the text; the model writes on after it, with the noise of its settings,
    /// and the caller tells the outcome. Sets of one replacement are tried first, then of two, and so on,
    /// among equally many the most probable ones first, in batches that share what stands before the
    /// first replacement. The search ends with the first size at which a set changes the outcome, of which
    /// the most probable one is returned, or where the budget is used up.
    ///
    /// - Parameters:
    ///   - leaf: The last node of the text.
    ///   - positions: The tokens that may be replaced; nil for all that have a prediction.
    ///   - settings: Alternatives, size, length, and the budget.
    ///   - parameters: How to draw; nil for the branch's own settings.
    ///   - outcome: The outcome of a sequence, given all its tokens.
    ///   - progress: Called after each round.
    /// - Returns: The replacements, or what was tried.
    /// - Throws: ``BranchingFailure``.
    public mutating func minimalFlip(
        of leaf: BranchNode.ID, positions: Range<TokenIndex>? = nil, _ settings: FlipSettings,
        parameters: GenerateParameters? = nil, outcome: ([TokenRecord]) -> String,
        progress: (BranchProgress) -> Void = { _ in }
    ) throws(BranchingFailure) -> MinimalFlip {
        try check(leaf)
        let before = counters.forwardTokens
        let tokens = tree.path(to: leaf).compactMap { tree[$0]?.token }
        let wanted = wanted(positions, of: tokens.count)
        var flip = MinimalFlip()
        do {
            let reading = try read(
                tokens.map(\.id), onPathTo: leaf, wanted: wanted,
                alternatives: settings.alternatives)
            var own = parameters ?? GenerateParameters(self.settings(at: leaf))
            own.maxTokens = settings.continuation
            var search = FlipSearch(
                tokens: tokens, trunk: trunk(tokens, reading), parameters: own,
                continuation: settings.continuation,
                budget: settings.forwardTokenBudget - (counters.forwardTokens - before))
            for place in wanted {
                for alternative in reading.predictions[place]?.alternatives ?? [] {
                    search.candidates.append(
                        MinimalFlip.Replacement(
                            token: tokens[place], id: alternative.id,
                            logProbability: alternative.logProbability))
                }
            }
            try find(&flip, &search, settings, outcome, progress)
        } catch {
            guard error.isCancellation else { throw error }
            flip.isCancelled = true
        }
        flip.forwardTokens = counters.forwardTokens - before
        return flip
    }

    private mutating func find(
        _ flip: inout MinimalFlip, _ search: inout FlipSearch, _ settings: FlipSettings,
        _ outcome: ([TokenRecord]) -> String, _ progress: (BranchProgress) -> Void
    ) throws(BranchingFailure) {
        let plain = try tryOut([[]], &search, outcome, progress)
        guard let original = plain.results[0] else {
            flip.isCancelled = plain.isCancelled
            return
        }
        (flip.original, flip.outcome, flip.tokens) = (
            original.outcome, original.outcome, original.tokens
        )
        var isComplete = true
        for size in 1...settings.size {
            let (sets, isAll) = search.sets(of: size)
            let affordable = search.affordable(sets)
            let found = try tryOut(affordable, &search, outcome, progress)
            flip.tried += found.results.count
            isComplete =
                isComplete && isAll && affordable.count == sets.count
                && !found.isCancelled
            for number in affordable.indices {
                guard let result = found.results[number], result.outcome != flip.original else {
                    continue
                }
                flip.replacements = affordable[number].map { search.candidates[$0] }
                flip.outcome = result.outcome
                flip.tokens = result.tokens
                // Those of this size that were not tried are less probable, not smaller.
                flip.isMinimal = size == 1 || flip.isMinimal
                return
            }
            flip.isCancelled = found.isCancelled
            guard isComplete else { return }
            flip.isMinimal = true
        }
        flip.isMinimal = false
    }

    /// Writes on after changed texts.
    ///
    /// - Returns: By the set's number, what came of it.
    private mutating func tryOut(
        _ sets: [[Int]], _ search: inout FlipSearch, _ outcome: ([TokenRecord]) -> String,
        _ progress: (BranchProgress) -> Void
    ) throws(BranchingFailure) -> (
        results: [Int: (outcome: String, tokens: [TokenRecord])], isCancelled: Bool
    ) {
        let plan = search
        let before = counters.forwardTokens
        var results: [Int: (outcome: String, tokens: [TokenRecord])] = [:]
        let isCancelled = try decode(
            sets.count,
            make: { (explorer, number) throws(BranchingFailure) in
                let (start, ids) = plan.change(sets[number])
                return try explorer.bare(plan.trunk, to: start, assuming: ids, plan.parameters)
            },
            finish: { (_, number, session) throws(BranchingFailure) in
                guard session.stopReason != .cancelled else { return }
                let tokens = session.trace.tokens
                results[number] = (outcome(tokens), tokens)
            }, progress: progress)
        search.budget -= counters.forwardTokens - before
        return (results, isCancelled)
    }
}

/// What a search for a flip knows.
private struct FlipSearch {
    let tokens: [TokenRecord]
    let trunk: DecodingSession
    let parameters: GenerateParameters
    let continuation: Int
    /// Tokens that may still go through the model.
    var budget: Int
    var candidates: [MinimalFlip.Replacement] = []

    /// Sets that are looked at of one size, at most.
    private static var setLimit: Int { 1 << 16 }

    /// The sets of a size that replace no token twice, the most probable first, and whether these are
    /// all: of too many candidates, those of the most probable ones.
    func sets(of size: Int) -> ([[Int]], isAll: Bool) {
        var most = candidates.count
        while most > 1,
            Double.exponential(Double(size) * Double.logarithm(Double(most)))
                > Double(Self.setLimit)
        {
            most -= 1
        }
        let order = candidates.indices.sorted {
            (candidates[$1].logProbability, $0) < (candidates[$0].logProbability, $1)
        }
        let taken = order.prefix(most).sorted()
        var sets: [[Int]] = [[]]
        for _ in 0..<size {
            sets = sets.flatMap { set in
                taken.filter { next in
                    set.last.map { candidates[$0].token.index < candidates[next].token.index }
                        ?? true
                }.map { set + [$0] }
            }
        }
        let scores = sets.map { set in set.reduce(0) { $0 + candidates[$1].logProbability } }
        return (
            sets.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }.map { sets[$0] },
            most == candidates.count
        )
    }

    /// Where a changed text leaves the original, and its tokens from there on.
    func change(_ set: [Int]) -> (start: Int, ids: [Int]) {
        guard let first = set.first else {
            return (tokens.count - 1, [tokens[tokens.count - 1].id])
        }
        let start = candidates[first].token.index.rawValue
        var ids = tokens[start...].map(\.id)
        for number in set {
            ids[candidates[number].token.index.rawValue - start] = candidates[number].id
        }
        return (start, ids)
    }

    /// The first sets that the budget is enough for.
    func affordable(_ sets: [[Int]]) -> [[Int]] {
        var left = budget
        return Array(
            sets.prefix { set in
                left -= change(set).ids.count + continuation - 1
                return left >= 0
            })
    }
}

extension BranchingFailure {
    /// Whether the task was cancelled, which is no failure.
    var isCancellation: Bool {
        if case .decoding(.model(.cancelled)) = self { true } else { false }
    }
}
