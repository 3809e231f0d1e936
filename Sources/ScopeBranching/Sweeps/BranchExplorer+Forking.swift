public import ScopeDecoding
public import ScopeTrace

extension BranchExplorer {
    /// What the search for forking tokens costs at most.
    ///
    /// - Parameters:
    ///   - leaf: A node whose branch is looked at.
    ///   - positions: The tokens that are looked at; nil for all that have a prediction.
    ///   - settings: The rollouts.
    /// - Returns: The cost.
    public func estimateForkingTokens(
        of leaf: BranchNode.ID, positions: Range<TokenIndex>? = nil,
        _ settings: ForkingSettings = ForkingSettings()
    ) -> BranchEstimate {
        let count = (tree[leaf]?.token.index.rawValue ?? -1) + 1
        let wanted = wanted(positions, of: count)
        let rollouts = wanted.count * (settings.alternatives + 1) * settings.samples
        return BranchEstimate(
            forwardTokens: wanted.upperBound + rollouts * settings.continuation,
            naiveForwardTokens: wanted.reduce(0) { sum, place in
                sum + (settings.alternatives + 1) * settings.samples
                    * (place + settings.continuation)
            }, branches: rollouts)
    }

    /// Looks for the tokens at which a branch's outcome was decided.
    ///
    /// After each token and each of its probable alternatives, rollouts are written, and what comes of
    /// them is told by the caller: a result of a test, a shape of a syntax tree, any label. Rollout `k` has
    /// the same noise after every choice, so choices differ by what they cause and not by luck.
    ///
    /// - Parameters:
    ///   - leaf: A node whose branch is looked at.
    ///   - positions: The tokens that are looked at; nil for all that have a prediction.
    ///   - settings: The rollouts.
    ///   - parameters: How to draw; nil for the branch's own settings.
    ///   - outcome: The outcome of a sequence, given all its tokens.
    ///   - progress: Called after each round.
    /// - Returns: The outcomes of every choice; of a task that is cancelled, as far as it came.
    /// - Throws: ``BranchingFailure``, `budgetExceeded` before anything is computed.
    public mutating func forkingTokens(
        of leaf: BranchNode.ID, positions: Range<TokenIndex>? = nil,
        _ settings: ForkingSettings = ForkingSettings(), parameters: GenerateParameters? = nil,
        outcome: ([TokenRecord]) -> String, progress: (BranchProgress) -> Void = { _ in }
    ) throws(BranchingFailure) -> ForkingTokens {
        try check(leaf)
        try estimateForkingTokens(of: leaf, positions: positions, settings)
            .check(within: settings.forwardTokenBudget)
        let before = counters.forwardTokens
        let tokens = tree.path(to: leaf).compactMap { tree[$0]?.token }
        let wanted = wanted(positions, of: tokens.count)
        let shown = Array(tokens.prefix(wanted.upperBound))
        var result = ForkingTokens()
        let reading: TrunkReading
        do {
            reading = try read(
                shown.map(\.id), onPathTo: leaf, wanted: wanted,
                alternatives: settings.alternatives)
        } catch {
            guard error.isCancellation else { throw error }
            result.isCancelled = true
            return result
        }
        var rollouts: [(place: Int, choice: Int, sample: Int)] = []
        for place in wanted {
            guard let found = reading.predictions[place] else { continue }
            let own = (id: tokens[place].id, logProbability: found.logProbability)
            let others = found.alternatives.filter {
                Double.exponential($0.logProbability) >= settings.minimumProbability
            }
            result.positions.append(
                ForkingTokens.Position(
                    token: tokens[place],
                    choices: ([own] + others).map {
                        ForkingTokens.Choice(
                            id: $0.id, probability: Double.exponential($0.logProbability),
                            outcomes: [:])
                    }))
            for choice in 0...others.count {
                for sample in 0..<settings.samples {
                    rollouts.append((result.positions.count - 1, choice, sample))
                }
            }
        }
        var own = parameters ?? GenerateParameters(self.settings(at: leaf))
        own.maxTokens = settings.continuation
        let trunk = trunk(shown, reading)
        let first = wanted.lowerBound
        result.isCancelled = try decode(
            rollouts.count,
            make: { (explorer, number) throws(BranchingFailure) in
                let (place, choice, sample) = rollouts[number]
                let id = result.positions[place].choices[choice].id
                return try explorer.bare(
                    trunk, to: first + place, assuming: [id], own.sample(sample))
            },
            finish: { (_, number, session) throws(BranchingFailure) in
                // What was cut short has no outcome.
                guard session.stopReason != .cancelled else { return }
                let (place, choice, _) = rollouts[number]
                let label = outcome(session.trace.tokens)
                result.positions[place].choices[choice].outcomes[label, default: 0] += 1
            }, progress: progress)
        result.forwardTokens = counters.forwardTokens - before
        return result
    }
}
