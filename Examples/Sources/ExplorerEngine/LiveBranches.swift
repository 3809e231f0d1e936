import Synchronization
import TokenScope

/// Tells what a run writes while it writes: new tokens only, the first at once and then several together.
struct LiveBranches {
    /// A branch on its way.
    private struct Lane {
        let key: String
        /// Tokens that readers have: those that were told, and what the branch shares with its parent.
        var told: Int
        /// Tokens that are in the tree that is read meanwhile, and the last of them.
        var kept: Int
        var leaf: BranchNode.ID?
        var hasBegun = false
        /// The first token that is new.
        let start: Int
    }

    private static let pause = Duration.milliseconds(30)

    private let workspace: ExplorerWorkspace
    private let session: String
    private let run: String
    private let vocabulary: @Sendable (Int) -> [UInt8]?
    private var lanes: [Lane]
    private let clock = ContinuousClock()
    private var last: ContinuousClock.Instant

    /// Begins to follow branches, given by their keys in the request's order, that are written after a
    /// node; nil for none or none that is known.
    init(
        _ keys: [String], of session: String, run: String, after base: BranchNode?,
        _ workspace: ExplorerWorkspace, _ tokenizer: any Tokenizer
    ) {
        self.workspace = workspace
        self.session = session
        self.run = run
        vocabulary = { tokenizer.bytes(of: $0) }
        let kept = (base?.token.index.rawValue ?? -1) + 1
        lanes = keys.map { Lane(key: $0, told: kept, kept: kept, leaf: base?.id, start: kept) }
        last = clock.now
    }

    /// Looks at what has been written since.
    mutating func follow(_ progress: BranchProgress) {
        workspace.serveUrgent()
        let now = clock.now
        let isDue = now - last >= Self.pause
        var hasTold = false
        for number in lanes.indices {
            guard let trace = progress.trace(of: number),
                trace.tokens.count > lanes[number].told,
                isDue || !lanes[number].hasBegun || trace.stopReason != nil
            else { continue }
            if !lanes[number].hasBegun { settle(trace, number) }
            // Of a long prompt nothing is to be seen before a part of it has been read.
            lanes[number].hasBegun = trace.tokens.last?.origin != .prompt
            keep(trace, number)
            tell(trace, number, isEnd: false)
            hasTold = true
        }
        guard hasTold else { return }
        last = now
        // Reading a prompt writes nothing.
        guard lanes.contains(where: \.hasBegun) else { return }
        workspace.changeRun(run) { $0.tokens = progress.tokens }
    }

    /// Finds where a branch leaves its parent: a text that is replaced may take tokens before it along.
    private mutating func settle(_ trace: TokenTrace, _ number: Int) {
        workspace.state.withLock { state in
            guard let place = state.sessions.firstIndex(where: { $0.id == session }) else { return }
            let tree = state.sessions[place].live ?? state.sessions[place].session.tree
            let before = lanes[number].kept
            while let leaf = lanes[number].leaf, let node = tree[leaf],
                node.token != trace.tokens[node.token.index.rawValue]
            {
                lanes[number].leaf = node.parent
                lanes[number].kept = node.token.index.rawValue
            }
            guard lanes[number].kept < before else { return }
            lanes[number].told = lanes[number].kept
            state.sessions[place].change(lanes[number].key) { $0.fork = lanes[number].kept }
            workspace.tellBranch(lanes[number].key, of: state.sessions[place])
        }
    }

    /// Makes what is there readable meanwhile.
    private mutating func keep(_ trace: TokenTrace, _ number: Int) {
        let lane = lanes[number]
        lanes[number].leaf = workspace.state.withLock { state in
            guard let place = state.sessions.firstIndex(where: { $0.id == session }) else {
                return lane.leaf
            }
            var tree = state.sessions[place].live ?? state.sessions[place].session.tree
            // The tree must not be held twice while it is written to.
            state.sessions[place].live = nil
            let nodes =
                (try? tree.append(trace, from: TokenIndex(lane.kept), to: lane.leaf)) ?? []
            state.sessions[place].live = tree
            let leaf = nodes.last ?? lane.leaf
            state.sessions[place].change(lane.key) { $0.leaf = leaf }
            return leaf
        }
        lanes[number].kept = trace.tokens.count
    }

    private mutating func tell(_ trace: TokenTrace, _ number: Int, isEnd: Bool) {
        let from = min(lanes[number].told, trace.tokens.count)
        workspace.tell("tokens") { writer in
            writer.object { writer in
                writer.member("session", session)
                writer.member("branch", lanes[number].key)
                writer.member("run", run)
                writer.member("from", from)
                writer.key("part")
                PageFeed.writePart(
                    of: trace, from: from, isEnd: isEnd, to: &writer, vocabulary: vocabulary)
            }
        }
        lanes[number].told = trace.tokens.count
    }

    /// Puts what was written in its place, and tells the rest of it.
    ///
    /// - Parameters:
    ///   - tree: The tree with all that was written.
    ///   - leaves: The branches' ends, as far as they came.
    mutating func finish(_ tree: BranchTree, _ leaves: [BranchNode.ID]) {
        workspace.state.withLock { state in
            guard let place = state.sessions.firstIndex(where: { $0.id == session }) else { return }
            state.sessions[place].session.tree = tree
            state.sessions[place].live = nil
            state.sessions[place].isSaved = false
            var written = 0
            for (number, lane) in lanes.enumerated() {
                let old = state.sessions[place].index(of: lane.key)
                    .flatMap { state.sessions[place].branches[$0].leaf }
                // A place in the tree that was read meanwhile means nothing in this one.
                let kept = lane.hasBegun ? nil : old.flatMap { tree.contains($0) ? $0 : nil }
                let leaf = number < leaves.count ? leaves[number] : kept
                state.sessions[place].change(lane.key) { branch in
                    branch.leaf = leaf
                    branch.isRunning = false
                }
                if let leaf {
                    let trace = tree.trace(of: leaf)
                    written += trace.tokens.dropFirst(lane.start).count { $0.origin != .prompt }
                    tell(trace, number, isEnd: true)
                }
                workspace.tellBranch(lane.key, of: state.sessions[place])
            }
            if let place = state.runs.firstIndex(where: { $0.id == run }) {
                state.runs[place].tokens = written
            }
            workspace.tellSessions(state)
        }
    }
}
