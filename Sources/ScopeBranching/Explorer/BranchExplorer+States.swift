internal import ScopeDecoding
internal import ScopeTrace
internal import ScopeTransformer

/// A session at a node, with the cache and the observers' states of the tokens up to it.
struct BranchState: Sendable {
    var session: DecodingSession
    var lastUse: Int
}

extension BranchExplorer {
    /// Bytes that caches and observers' states take now; pages that branches share count once.
    ///
    /// - Complexity: O(states × pages).
    public var cacheByteCount: Int {
        cachePageCount * pageByteCount
            + states.values.reduce(0) { $0 + $1.session.keptByteCount }
    }

    /// Pages of the cache that there are, those that branches share counted once.
    ///
    /// - Complexity: O(states × pages).
    public var cachePageCount: Int {
        states.values.reduce(into: Set<ObjectIdentifier>()) { pages, state in
            pages.formUnion(state.session.cachePages)
        }.count
    }

    private var pageByteCount: Int {
        KVCache<Float>.byteCount(
            rows: KVCache<Float>.pageRows, shape: context.model.cacheShape)
    }

    /// Drops all caches and observers' states; the next request computes what it needs again.
    public mutating func dropCaches() {
        counters.evictions += states.count
        states = [:]
    }

    /// Keeps a session for a node; what is beyond the budget goes when a request ends.
    mutating func keep(_ session: DecodingSession, at node: BranchNode.ID) {
        var session = session
        session.dropShownSignals()
        clock += 1
        states[node] = BranchState(session: session, lastUse: clock)
    }

    mutating func evict() {
        var uses: [ObjectIdentifier: Int] = [:]
        var bytes = 0
        for state in states.values {
            bytes += state.session.keptByteCount
            for page in state.session.cachePages { uses[page, default: 0] += 1 }
        }
        bytes += uses.count * pageByteCount
        guard bytes > cacheBudget else { return }
        for (node, state) in states.sorted(by: { $0.value.lastUse < $1.value.lastUse }) {
            states[node] = nil
            counters.evictions += 1
            bytes -= state.session.keptByteCount
            for page in state.session.cachePages {
                uses[page, default: 0] -= 1
                if uses[page] == 0 { bytes -= pageByteCount }
            }
            if bytes <= cacheBudget { return }
        }
    }

    mutating func forgetPrunedNodes() {
        for node in states.keys where !tree.contains(node) { states[node] = nil }
        if draws.count > tree.count { draws = draws.filter { tree.contains($0.key) } }
    }

    /// Sessions at nodes, whose last rows have gone through the model; they are kept as well.
    mutating func prepared(
        _ nodes: [BranchNode.ID]
    ) throws(BranchingFailure) -> [BranchNode.ID: DecodingSession] {
        var wanted: [BranchNode.ID] = []
        var batch = DecodingBatch([])
        for node in nodes where !wanted.contains(node) {
            wanted.append(node)
            let isKept = states[node] != nil
            let session = try made(node)
            // The last token of a branch that is kept has not gone through before.
            if !isKept {
                counters.replayedTokens += session.tokenCount - session.passedTokenCount
            }
            batch.sessions.append(session)
        }
        defer { count(batch) }
        do {
            try batch.prefill()
        } catch {
            throw .decoding(error)
        }
        guard batch.sessions.allSatisfy({ $0.stopReason != .cancelled }) else {
            throw .decoding(.model(.cancelled))
        }
        var sessions: [BranchNode.ID: DecodingSession] = [:]
        for (node, session) in zip(wanted, batch.sessions) {
            sessions[node] = session
            keep(session, at: node)
        }
        return sessions
    }

    mutating func count(_ batch: DecodingBatch) {
        counters.forwardTokens += batch.forwardTokens
        counters.passes += batch.passes
    }

    /// A session with a node's tokens, of which not all need have gone through the model.
    private mutating func made(_ node: BranchNode.ID) throws(BranchingFailure) -> DecodingSession {
        clock += 1
        let path = tree.path(to: node)
        if var state = states[node], holds(state.session, path) {
            states[node]?.lastUse = clock
            // What ended goes on.
            state.session.setStopReason(nil)
            return state.session
        }
        var (session, count) = nearest(to: path)
        if let settings = path.last(where: { tree.settings(of: $0) != nil })
            .flatMap({ tree.settings(of: $0) })
        {
            var parameters = GenerateParameters(settings)
            parameters.window = template.parameters.window
            try BranchingFailure.wrapping { () throws(DecodingFailure) in
                try session.resume(with: parameters)
            }
        }
        for id in path[count...] {
            guard let token = tree[id]?.token else { continue }
            session.replay(
                token.id, origin: token.origin, sourceSpan: token.sourceSpan, draw: draws[id])
        }
        return session
    }

    /// Whether a session has a path's tokens: a tree put in the place of another may name others.
    private func holds(_ session: DecodingSession, _ path: [BranchNode.ID]) -> Bool {
        session.tokenCount == path.count
            && path.indices.allSatisfy { tree[path[$0]]?.token.id == session.token(at: $0).id }
    }

    /// The state that shares most with a path, cut to what it shares, with the number of tokens.
    private mutating func nearest(to path: [BranchNode.ID]) -> (DecodingSession, Int) {
        var places: [BranchNode.ID: Int] = [:]
        for (place, id) in path.enumerated() { places[id] = place }
        var best: (node: BranchNode.ID, count: Int)?
        for (node, state) in states {
            var count = (places[node] ?? -1) + 1
            if count == 0, state.session.canRewind, let leaf = path.last,
                let shared = tree.lowestCommonAncestor(node, leaf)
            {
                count = (places[shared] ?? -1) + 1
            }
            let isEarlier = count > 0 && count == best?.count && node < best?.node ?? node
            // Comparing tokens is what takes long, so only of states that would be better.
            if count > best?.count ?? 0 || isEarlier,
                holds(state.session, tree.path(to: node))
            {
                best = (node, count)
            }
        }
        guard let best, let state = states[best.node] else { return (template, 0) }
        states[best.node]?.lastUse = clock
        let session = state.session
        return (
            session.tokenCount > best.count ? session.rewound(to: best.count) : session, best.count
        )
    }
}
