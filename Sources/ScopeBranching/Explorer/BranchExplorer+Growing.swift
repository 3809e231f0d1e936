internal import ScopeDecoding
public import ScopeTrace
internal import ScopeTransformer

/// What a request has written.
public struct BranchOutcome: Hashable, Sendable {
    /// The last node of each branch, in the request's order; what was cancelled before it began is left
    /// out.
    public internal(set) var leaves: [BranchNode.ID] = []
    /// Whether the task was cancelled before all was written.
    public internal(set) var isCancelled = false
}

extension BranchExplorer {
    /// Tokens that are put in at one time, so that a branch may later begin between them at little cost.
    private static var feedLength: Int { 4 * KVCache<Float>.pageRows }

    /// Writes branches, as many at a time as there are lanes.
    ///
    /// - Parameters:
    ///   - growths: The branches.
    ///   - watch: Called for each token that is written, right after it was drawn.
    ///   - visit: Called for each branch once it is in the tree.
    ///   - progress: Called after each round.
    /// - Returns: The branches' ends.
    /// - Throws: ``BranchingFailure``, after all that can be written is in the tree.
    mutating func grow(
        _ growths: [BranchGrowth],
        watching watch: (inout GrowingBranch) -> Void = { _ in },
        visit: (GrowingBranch, [BranchNode.ID]) -> Void = { _, _ in },
        progress: (BranchProgress) -> Void
    ) throws(BranchingFailure) -> BranchOutcome {
        for growth in growths { try check(growth) }
        var outcome = BranchOutcome()
        var leaves: [BranchNode.ID] = []
        var ended: [Int: GrowingBranch] = [:]
        var recorded = 0
        var report = BranchProgress(of: growths)
        var failure: BranchingFailure?
        var next = 0
        var lanes: [GrowingBranch] = []
        while next < growths.count || !lanes.isEmpty {
            if Task.isCancelled { outcome.isCancelled = true }
            let room = outcome.isCancelled ? 0 : min(laneLimit - lanes.count, growths.count - next)
            if room == 0, lanes.isEmpty { break }
            if room > 0 {
                let numbers = next..<next + room
                next += room
                do {
                    lanes += try begun(numbers.map { ($0, growths[$0]) })
                } catch {
                    guard error.isCancellation else { throw error }
                    outcome.isCancelled = true
                }
            }
            for branch in advance(&lanes, watch, &report) {
                ended[branch.number] = branch
                report.sessions[branch.number] = branch.session
                report.finishedBranches += 1
                if branch.session.stopReason == .cancelled { outcome.isCancelled = true }
            }
            // In the request's order, so that the tree does not depend on how work was batched.
            while let branch = ended.removeValue(forKey: recorded) {
                recorded += 1
                let nodes = try record(branch)
                if let leaf = nodes.last ?? branch.growth.base { leaves.append(leaf) }
                visit(branch, nodes)
                if failure == nil, let error = branch.session.finalFailure {
                    failure = .decoding(error)
                }
            }
            for lane in lanes { report.sessions[lane.number] = lane.session }
            progress(report)
            // What is decoded next must be the only copy.
            report.sessions = [:]
            report.steps = []
        }
        evict()
        if let failure { throw failure }
        outcome.leaves = leaves
        return outcome
    }

    private func check(_ growth: BranchGrowth) throws(BranchingFailure) {
        if let base = growth.base { try check(base) }
        let shape = context.configuration
        let size = shape.vocabularySize
        for token in growth.tokens where !(0..<size).contains(token.id) {
            throw .decoding(.model(.tokenOutOfRange(id: token.id, vocabularySize: size)))
        }
        let before = growth.base.flatMap { tree[$0] }.map { $0.token.index.rawValue + 1 } ?? 0
        let length = before + growth.tokens.count
        guard length > 0 else {
            throw .invalidSetting(
                name: "prompt", reason: "is empty: the first token needs something to follow")
        }
        guard length <= shape.contextLength || template.parameters.window != nil else {
            throw .decoding(.model(.contextExceeded(length: length, limit: shape.contextLength)))
        }
    }

    /// Sessions at the growths' bases, which are computed together and once.
    private mutating func begun(
        _ growths: [(number: Int, growth: BranchGrowth)]
    ) throws(BranchingFailure) -> [GrowingBranch] {
        let bases = try prepared(growths.compactMap(\.growth.base))
        var branches: [GrowingBranch] = []
        for (number, growth) in growths {
            var session = growth.base.flatMap { bases[$0] } ?? template
            var parameters = growth.parameters
            parameters.window = template.parameters.window
            try BranchingFailure.wrapping { () throws(DecodingFailure) in
                try session.resume(with: parameters)
            }
            branches.append(
                GrowingBranch(
                    number: number, growth: growth, session: session, start: session.tokenCount,
                    waiting: growth.tokens[...]))
        }
        return branches
    }

    /// Gives every branch its next tokens.
    ///
    /// - Returns: The branches that have ended, which are lanes no more.
    private mutating func advance(
        _ lanes: inout [GrowingBranch], _ watch: (inout GrowingBranch) -> Void,
        _ report: inout BranchProgress
    ) -> [GrowingBranch] {
        let turns = lanes.indices.map { lane in
            lanes[lane].feed(Self.feedLength, &report) ? DecodingBatch.Turn.read : .next
        }
        var batch = DecodingBatch(lanes.map(\.session))
        // The batch's copies must be the only ones, or memory would be copied.
        for lane in lanes.indices { lanes[lane].session = template }
        var outcomes = batch.take(turns)
        count(batch)
        for lane in lanes.indices {
            lanes[lane].session = batch.sessions[lane]
            lanes[lane].session.skipRecorded()
        }
        batch.sessions = []
        var ended: [GrowingBranch] = []
        var rest: [GrowingBranch] = []
        for var branch in lanes {
            let outcome = outcomes.removeFirst()
            branch.keepCheckpoint()
            switch outcome {
            case .token(let token)?:
                report.add(token, branch)
                watch(&branch)
                rest.append(branch)
            case .ended?, .failed?: ended.append(branch)
            case nil:
                // Tokens are still being put in.
                let isOver =
                    branch.session.stopReason == .cancelled || branch.session.finalFailure != nil
                if isOver { ended.append(branch) } else { rest.append(branch) }
            }
        }
        lanes = rest
        return ended
    }

    /// Writes a branch into the tree.
    private mutating func record(
        _ branch: GrowingBranch
    ) throws(BranchingFailure) -> [BranchNode.ID] {
        var session = branch.session
        let amended = session.takeAmendments()
        let trace = session.trace
        let start = min(branch.start, trace.tokens.count)
        guard start == branch.start else { return [] }
        let base = branch.growth.base
        let nodes = try BranchingFailure.wrappingTree { () throws(BranchTreeError) in
            try tree.append(trace, from: TokenIndex(start), to: base)
        }
        if !amended.isEmpty, let base {
            let path = tree.path(to: base)
            for index in Set(amended.map(\.index)) where index.rawValue < path.count {
                try BranchingFailure.wrappingTree { () throws(BranchTreeError) in
                    try tree.setMetrics(from: trace, at: index, of: path[index.rawValue])
                }
            }
        }
        if let edit = branch.growth.edit, let first = nodes.first { tree.setEdit(edit, of: first) }
        let put = branch.growth.tokens.count
        if let map = branch.growth.documentMap, put > 0, put <= nodes.count {
            tree.setDocumentMap(map, of: nodes[put - 1])
        }
        for (offset, node) in nodes.enumerated() {
            if let draw = session.draw(of: start + offset) { draws[node] = draw }
        }
        for checkpoint in branch.checkpoints {
            let place = checkpoint.tokenCount - start - 1
            if nodes.indices.contains(place) { keep(checkpoint, at: nodes[place]) }
        }
        // What failed cannot go on.
        if session.finalFailure == nil, let leaf = nodes.last,
            session.tokenCount == start + nodes.count
        {
            keep(session, at: leaf)
        }
        return nodes
    }
}

extension GrowingBranch {
    /// Hands the session some of the tokens that are put in, up to a round number of tokens.
    ///
    /// - Returns: Whether there were any.
    mutating func feed(_ length: Int, _ report: inout BranchProgress) -> Bool {
        guard !waiting.isEmpty else { return false }
        let room = session.canRewind ? Int.max : length - session.tokenCount % length
        for token in waiting.prefix(room) {
            if let place = token.place {
                session.replay(token.id, origin: token.origin, sourceSpan: place.sourceSpan)
            } else {
                session.replay(token.id, origin: token.origin)
            }
            report.add(session.token(at: session.tokenCount - 1), self)
        }
        waiting = waiting.dropFirst(room)
        return true
    }

    /// Keeps the session where a page of the cache is full, so that what branches off later need not
    /// show observers everything again; a session that can be cut is its own checkpoint.
    mutating func keepCheckpoint() {
        guard !session.canRewind, session.finalFailure == nil,
            session.tokenCount.isMultiple(of: KVCache<Float>.pageRows)
        else { return }
        var checkpoint = session
        checkpoint.dropShownSignals()
        checkpoints.append(checkpoint)
    }
}

extension BranchProgress {
    init(of growths: [BranchGrowth]) {
        branches = growths.count
        tokenLimit = growths.reduce(0) { sum, growth in
            guard let sum, let most = growth.parameters.maxTokens else { return nil }
            return sum + growth.tokens.count + most
        }
    }

    mutating func add(_ token: TokenRecord, _ branch: GrowingBranch) {
        steps.append(Step(branch: branch.number, token: token))
        tokens += 1
    }
}
