public import ScopeDecoding
public import ScopeTrace
internal import ScopeTokenizers

extension BranchExplorer {
    /// What an atlas costs at most: n · (1 + m · h) tokens for n of them, m alternatives to each and h
    /// tokens after each.
    ///
    /// - Parameters:
    ///   - leaf: A node whose branch is looked at.
    ///   - positions: The tokens that are replaced; nil for all that have a prediction.
    ///   - settings: Alternatives and their length.
    /// - Returns: The cost.
    public func estimateAtlas(
        of leaf: BranchNode.ID, positions: Range<TokenIndex>? = nil,
        _ settings: AtlasSettings = AtlasSettings()
    ) -> BranchEstimate {
        let count = (tree[leaf]?.token.index.rawValue ?? -1) + 1
        let wanted = wanted(positions, of: count)
        let branches = wanted.count * settings.alternatives
        return BranchEstimate(
            forwardTokens: wanted.upperBound + branches * settings.continuation,
            naiveForwardTokens: wanted.reduce(0) { sum, place in
                sum + settings.alternatives * (place + settings.continuation)
            }, branches: branches)
    }

    /// Replaces every token of a branch by its most probable alternatives, one at a time, and writes on
    /// after each: the one-token counterfactual atlas.
    ///
    /// The branch goes through the model once, what is written after the alternatives shares its cache
    /// and is decoded in batches, without observers. All share their noise with the branch.
    ///
    /// - Parameters:
    ///   - leaf: A node whose branch is looked at.
    ///   - positions: The tokens that are replaced; nil for all that have a prediction.
    ///   - settings: Alternatives, their length, and a budget.
    ///   - parameters: How to draw; nil for the branch's own settings.
    ///   - progress: Called after each round.
    /// - Returns: The atlas; of a task that is cancelled, as far as it came.
    /// - Throws: ``BranchingFailure``, `budgetExceeded` before anything is computed.
    /// - Complexity: n · (1 + m · h) tokens go through the model at most.
    public mutating func atlas(
        of leaf: BranchNode.ID, positions: Range<TokenIndex>? = nil,
        _ settings: AtlasSettings = AtlasSettings(), parameters: GenerateParameters? = nil,
        progress: (BranchProgress) -> Void = { _ in }
    ) throws(BranchingFailure) -> TokenAtlas {
        try check(leaf)
        try estimateAtlas(of: leaf, positions: positions, settings)
            .check(within: settings.forwardTokenBudget)
        let before = counters.forwardTokens
        let path = tree.path(to: leaf)
        let tokens = path.compactMap { tree[$0]?.token }
        let wanted = wanted(positions, of: tokens.count)
        let shown = Array(tokens.prefix(wanted.upperBound))
        var atlas = TokenAtlas(
            positions: [], forwardTokens: 0, naiveForwardTokens: 0, isCancelled: false)
        let reading: TrunkReading
        do {
            reading = try read(
                shown.map(\.id), onPathTo: leaf, wanted: wanted,
                alternatives: settings.alternatives)
        } catch {
            guard error.isCancellation else { throw error }
            atlas.isCancelled = true
            return atlas
        }
        atlas.positions = wanted.compactMap { place in
            reading.predictions[place].map {
                TokenAtlas.Position(
                    token: tokens[place], logProbability: $0.logProbability, rank: $0.rank,
                    entropy: $0.entropy, alternatives: [])
            }
        }
        var own = parameters ?? GenerateParameters(self.settings(at: leaf))
        own.maxTokens = settings.continuation
        let branches = wanted.flatMap { place in
            (reading.predictions[place]?.alternatives ?? []).map { (place, $0) }
        }
        let trunk = trunk(shown, reading)
        atlas.isCancelled = try decode(
            branches.count,
            make: { (explorer, number) throws(BranchingFailure) in
                let (place, alternative) = branches[number]
                return try explorer.bare(trunk, to: place, assuming: [alternative.id], own)
            },
            finish: { (explorer, number, session) throws(BranchingFailure) in
                let (place, alternative) = branches[number]
                let trace = session.trace
                let continuation = Array(trace.tokens[(place + 1)...])
                atlas.naiveForwardTokens += place + max(1, continuation.count)
                if settings.addsToTree {
                    try explorer.add(trace, from: place, insteadOf: path[place])
                }
                atlas.positions[place - wanted.lowerBound].alternatives.append(
                    TokenAtlas.Alternative(
                        id: alternative.id, bytes: trace.tokens[place].bytes,
                        logProbability: alternative.logProbability, continuation: continuation,
                        difference: BranchDifference(
                            from: tokens[(place + 1)...].prefix(continuation.count),
                            to: continuation.prefix(tokens.count - place - 1)),
                        stopReason: trace.stopReason))
            }, progress: progress)
        atlas.sortAlternatives()
        atlas.forwardTokens = counters.forwardTokens - before
        return atlas
    }

    /// The tokens of a branch that have a prediction, or those among them that are asked for.
    func wanted(_ positions: Range<TokenIndex>?, of count: Int) -> Range<Int> {
        let all = min(1, count)..<count
        guard let positions else { return all }
        return (positions.lowerBound.rawValue..<positions.upperBound.rawValue).clamped(to: all)
    }

    /// Adds what was written after another token to the tree.
    @discardableResult
    mutating func add(
        _ trace: TokenTrace, from place: Int, insteadOf node: BranchNode.ID
    ) throws(BranchingFailure) -> [BranchNode.ID] {
        let nodes = try BranchingFailure.wrappingTree { () throws(BranchTreeError) in
            try tree.append(trace, from: TokenIndex(place), to: tree[node]?.parent)
        }
        if let first = nodes.first {
            tree.setEdit(BranchEdit(.replacement, first: node, last: node), of: first)
        }
        return nodes
    }

    /// Decodes sessions without observers to their ends, as many at a time as there are lanes.
    ///
    /// - Parameters:
    ///   - count: The number of sessions.
    ///   - make: Makes one of them, when there is a lane for it.
    ///   - finish: Takes one that has ended, in the order of numbers.
    ///   - progress: Called after each round.
    /// - Returns: Whether the task was cancelled; what was written is finished.
    /// - Throws: ``BranchingFailure``, the first of any session.
    mutating func decode(
        _ count: Int,
        make: (inout BranchExplorer, Int) throws(BranchingFailure) -> DecodingSession,
        finish: (inout BranchExplorer, Int, DecodingSession) throws(BranchingFailure) -> Void,
        progress: (BranchProgress) -> Void
    ) throws(BranchingFailure) -> Bool {
        var report = BranchProgress()
        report.branches = count
        var numbers: [Int] = []
        var ended: [Int: DecodingSession] = [:]
        var (next, finished) = (0, 0)
        var batch = DecodingBatch([])
        defer { self.count(batch) }
        while next < count || !numbers.isEmpty {
            while next < count, numbers.count < laneLimit, !Task.isCancelled {
                batch.sessions.append(try make(&self, next))
                numbers.append(next)
                next += 1
            }
            guard !numbers.isEmpty else { break }
            let outcomes = batch.next()
            for lane in outcomes.indices.reversed() {
                switch outcomes[lane] {
                case .token: report.tokens += 1
                case .failed(let failure): throw .decoding(failure)
                case .ended:
                    ended[numbers.remove(at: lane)] = batch.sessions.remove(at: lane)
                    report.finishedBranches += 1
                }
            }
            // In order, so that nothing depends on how work was batched.
            while let session = ended.removeValue(forKey: finished) {
                try finish(&self, finished, session)
                finished += 1
            }
            progress(report)
        }
        return Task.isCancelled
    }
}

extension TokenAtlas {
    /// Brings alternatives into the order of their probabilities: they end in another.
    fileprivate mutating func sortAlternatives() {
        for place in positions.indices {
            positions[place].alternatives.sort {
                ($1.logProbability, $0.id) < ($0.logProbability, $1.id)
            }
        }
    }
}
