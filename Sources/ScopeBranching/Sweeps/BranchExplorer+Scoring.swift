public import ScopeDecoding
public import ScopeTrace
internal import ScopeTransformer

extension BranchExplorer {
    /// Writes several samples after a node and orders them: best of n.
    ///
    /// - Parameters:
    ///   - count: The number of samples.
    ///   - node: The last token that is there.
    ///   - parameters: How to draw and when to end; sample `k` has the seed
    ///     ``GenerateParameters/seed(ofSample:)``.
    ///   - score: What makes one better than another; by default the mean logarithm of probability.
    ///   - progress: Called after each round.
    /// - Returns: The samples, the highest score first, equal ones by sample.
    /// - Throws: ``BranchingFailure``.
    public mutating func samples(
        _ count: Int, after node: BranchNode.ID, _ parameters: GenerateParameters,
        by score: (ScoredBranches.Branch, BranchTree) -> Double = { branch, _ in
            branch.meanLogProbability
        }, progress: (BranchProgress) -> Void = { _ in }
    ) throws(BranchingFailure) -> ScoredBranches {
        precondition(count >= 0, "a negative number of samples")
        try check(node)
        var found: [(number: Int, branch: ScoredBranches.Branch)] = []
        let outcome = try grow(
            (0..<count).map { BranchGrowth(base: node, parameters: parameters.sample($0)) },
            watching: { branch in
                let session = branch.session
                let last = session.token(at: session.tokenCount - 1)
                branch.logProbability += session.drawnLogits.logProbability(of: last.id)
            },
            visit: { branch, nodes in
                found.append(
                    (
                        branch.number,
                        ScoredBranches.Branch(
                            leaf: nodes.last ?? node, logProbability: branch.logProbability,
                            tokens: nodes.count)
                    ))
            }, progress: progress)
        let scored = found.map { (score: score($0.branch, tree), $0.number, $0.branch) }
        return ScoredBranches(
            branches: scored.sorted { ($1.score, $0.1) < ($0.score, $1.1) }.map(\.2),
            isCancelled: outcome.isCancelled)
    }

    /// Searches for the most probable continuations of a node, step by step: beam search.
    ///
    /// Nothing is drawn; processors and sampler settings take no part. At each step the `width` most
    /// probable of all beginnings are kept, and branches that ended are kept apart. The branches share
    /// their nodes where they begin alike.
    ///
    /// - Parameters:
    ///   - node: The last token that is there.
    ///   - settings: Width, length and end.
    ///   - progress: Called after each step.
    /// - Returns: The `width` best branches, the best first.
    /// - Throws: ``BranchingFailure``.
    /// - Complexity: One pass of `width` branches for each token.
    public mutating func beam(
        after node: BranchNode.ID, _ settings: BeamSettings,
        progress: (BranchProgress) -> Void = { _ in }
    ) throws(BranchingFailure) -> ScoredBranches {
        try check(node)
        var search = BeamSearch(
            settings, stops: settings.stopTokenIDs.union(context.configuration.eosTokenIDs))
        var start = try prepared([node])[node] ?? template
        do {
            var greedy = GenerateParameters.greedy(maxTokens: settings.maxTokens)
            greedy.window = template.parameters.window
            try start.resume(with: greedy)
        } catch {
            throw .decoding(error)
        }
        search.open = [BeamSearch.Beam(session: start)]
        let first = start.tokenCount
        let limit = context.configuration.contextLength - first
        var report = BranchProgress()
        report.tokenLimit = settings.width * min(settings.maxTokens, limit)
        var isCancelled = false
        for step in 0..<min(settings.maxTokens, limit) where !search.open.isEmpty && !isCancelled {
            search.advance()
            report.tokens += search.open.count
            if step + 1 < min(settings.maxTokens, limit) {
                isCancelled = try read(&search)
            }
            progress(report)
        }
        var result = ScoredBranches(branches: [], isCancelled: isCancelled)
        var created: [BranchNode.ID: [Int: BranchNode.ID]] = [:]
        for var beam in search.best() {
            beam.session.setStopReason(nil)
            do {
                try beam.session.recordAll()
            } catch {
                throw .decoding(error)
            }
            beam.session.setStopReason(
                isCancelled ? .cancelled : beam.hasEnded ? .eos : .length)
            let leaf = try add(beam.session, after: node, from: first, sharing: &created)
            result.branches.append(
                ScoredBranches.Branch(
                    leaf: leaf, logProbability: beam.logProbability, tokens: beam.length))
        }
        evict()
        return result
    }

    /// Sends every beam's last token through the model.
    ///
    /// - Returns: Whether the task was cancelled.
    private mutating func read(_ search: inout BeamSearch) throws(BranchingFailure) -> Bool {
        var batch = DecodingBatch(search.open.map(\.session))
        let beams = search.open
        search.open = []
        defer { count(batch) }
        do {
            try batch.prefill()
        } catch {
            throw .decoding(error)
        }
        let isCancelled = batch.sessions.contains { $0.stopReason == .cancelled }
        for (var beam, session) in zip(beams, batch.sessions) {
            beam.session = session
            search.open.append(beam)
        }
        return isCancelled
    }

    /// Adds a branch to the tree behind the nodes that an earlier one of the same search has made.
    private mutating func add(
        _ session: DecodingSession, after node: BranchNode.ID, from first: Int,
        sharing created: inout [BranchNode.ID: [Int: BranchNode.ID]]
    ) throws(BranchingFailure) -> BranchNode.ID {
        let trace = session.trace
        var parent = node
        var place = first
        while place < trace.tokens.count, let next = created[parent]?[trace.tokens[place].id] {
            parent = next
            place += 1
        }
        let nodes = try BranchingFailure.wrappingTree { () throws(BranchTreeError) in
            try tree.append(trace, from: TokenIndex(place), to: parent)
        }
        for (offset, id) in nodes.enumerated() {
            created[parent, default: [:]][trace.tokens[place + offset].id] = id
            parent = id
        }
        keep(session, at: parent)
        return parent
    }
}

/// The state of a beam search.
private struct BeamSearch {
    struct Beam {
        var session: DecodingSession
        var logProbability = 0.0
        var length = 0
        var hasEnded = false
    }

    let settings: BeamSettings
    let stops: Set<Int>
    var open: [Beam] = []
    private var closed: [Beam] = []

    init(_ settings: BeamSettings, stops: Set<Int>) {
        self.settings = settings
        self.stops = stops
    }

    /// Goes from the open beams to the best of those that are a token longer.
    mutating func advance() {
        var candidates: [(beam: Int, id: Int, logProbability: Double)] = []
        for (place, beam) in open.enumerated() {
            // Each beam could lose `width` of its best to ends of text.
            for next in beam.session.nextLogits.mostProbable(settings.width + stops.count) {
                candidates.append(
                    (place, next.id, beam.logProbability + next.logProbability))
            }
        }
        candidates.sort {
            ($1.logProbability, $0.beam, $0.id) < ($0.logProbability, $1.beam, $1.id)
        }
        var kept: [Beam] = []
        for candidate in candidates where kept.count < settings.width {
            var beam = open[candidate.beam]
            beam.session.replay(candidate.id, origin: .sampled)
            beam.logProbability = candidate.logProbability
            beam.length += 1
            if stops.contains(candidate.id) {
                beam.hasEnded = true
                closed.append(beam)
            } else {
                kept.append(beam)
            }
        }
        open = kept
        closed = Array(sorted(closed).prefix(settings.width))
    }

    /// The best of all branches, whether they have ended or not.
    func best() -> [Beam] {
        Array(sorted(closed + open).prefix(settings.width))
    }

    private func sorted(_ beams: [Beam]) -> [Beam] {
        beams.enumerated().map { (score($0.element), $0.offset, $0.element) }
            .sorted { ($1.0, $0.1) < ($0.0, $1.1) }.map(\.2)
    }

    private func score(_ beam: Beam) -> Double {
        guard settings.lengthPenalty != 0 else { return beam.logProbability }
        let length = settings.lengthPenalty * Double.logarithm(Double(max(1, beam.length)))
        return beam.logProbability / Double.exponential(length)
    }
}
