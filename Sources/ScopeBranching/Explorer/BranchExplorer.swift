public import ScopeDecoding
public import ScopeTrace
internal import ScopeTransformer

/// Writes branches into a ``/ScopeTrace/BranchTree``: what a model would have written had a token
/// been another, had the settings or the prompt been others.
///
/// What branches have in common is computed once: they share the pages of the cache, and those that are
/// asked for together are decoded as one batch. What a branch holds does not depend on that: with packed
/// weights it is, to the bit, what a session alone writes from the same tokens, settings and seed.
///
/// ```swift
/// var explorer = try BranchExplorer(model) { $0.attachStandardMetrics() }
/// let first = try explorer.write(prompt: "def add(a, b):\n    return", .greedy(maxTokens: 20))
/// let node = explorer.tree.path(to: first.leaves[0])[9]
/// let other = try explorer.replace(node, withText: " b")
/// ```
///
/// A value: a copy explores on its own and shares all memory until then. Methods compute where they are
/// called and end early when the task is cancelled; what was written until then is in the tree.
public struct BranchExplorer: Sendable {
    /// What decodes.
    public let context: ModelContext
    /// Everything written so far; what is changed here, such as names and pruned branches, is taken as
    /// it is.
    public var tree: BranchTree {
        didSet { forgetPrunedNodes() }
    }
    /// Bytes that caches and observers' states may take between requests; the longest unused go first
    /// and are computed again when they are wanted.
    ///
    /// A branch's state is worth `tokens × layers × heads × head size × 8` bytes, less what it shares.
    public var cacheBudget: Int {
        didSet { evict() }
    }
    /// Branches that go through the model at one time, at most; more are faster in all and take more
    /// memory.
    public var laneLimit = 16 {
        didSet { precondition(laneLimit > 0, "a batch has at least one lane") }
    }
    /// What has been computed.
    public internal(set) var counters = BranchCounters()

    /// A session without tokens, with the observers and processors of all branches.
    let template: DecodingSession
    var states: [BranchNode.ID: BranchState] = [:]
    /// How drawn tokens were drawn, to show observers the same again.
    var draws: [BranchNode.ID: Draw] = [:]
    /// Counts uses of states.
    var clock = 0

    /// Begins to explore.
    ///
    /// - Parameters:
    ///   - context: The model.
    ///   - tree: Branches to go on from, written by the same model; nil for none.
    ///   - cacheBudget: Bytes that caches may take between requests, by default 1 GiB.
    ///   - window: How sequences longer than the model's context are read, by all branches; nil refuses
    ///     them.
    ///   - attach: Attaches the observers and processors that every branch is to have; the session it is
    ///     given has no tokens yet.
    /// - Throws: ``BranchingFailure/differentModel(tree:model:)``, or what `attach` throws.
    public init(
        _ context: ModelContext, tree: BranchTree? = nil, cacheBudget: Int = 1 << 30,
        window: ContextWindow? = nil,
        attaching attach: (inout DecodingSession) throws(DecodingFailure) -> Void = { _ in }
    ) throws(BranchingFailure) {
        var session: DecodingSession
        do {
            session = try DecodingSession(
                withoutTokens: context, parameters: GenerateParameters(window: window))
            try attach(&session)
        } catch {
            throw .decoding(error)
        }
        if let tree, tree.header.model.fingerprint != context.identity.fingerprint {
            throw .differentModel(tree: tree.header.model.name, model: context.identity.name)
        }
        self.context = context
        self.tree = tree ?? BranchTree(header: session.trace.header)
        self.cacheBudget = cacheBudget
        template = session
    }

    /// The session at the end of a branch, as if it had been decoded alone: its observers and
    /// processors are read by the handles that attaching gave.
    ///
    /// What was dropped for the budget is computed again.
    ///
    /// - Parameter node: A node of the tree.
    /// - Returns: The session, which goes its own way from here on.
    /// - Throws: ``BranchingFailure``.
    /// - Complexity: O(tokens), and one pass over what no state holds.
    public mutating func session(
        at node: BranchNode.ID
    ) throws(BranchingFailure) -> DecodingSession {
        try check(node)
        var session = try prepared([node])[node] ?? template
        session.documentMap = tree.documentMap(of: node)
        session.setStopReason(tree.end(of: node)?.stopReason, tree.end(of: node)?.stopMatch)
        session.skipRecorded()
        evict()
        return session
    }

    func check(_ node: BranchNode.ID) throws(BranchingFailure) {
        guard tree.contains(node) else { throw .noSuchNode(node, reason: "is not in the tree") }
    }
}

/// What an explorer has computed, counted since it was created.
public struct BranchCounters: Hashable, Sendable {
    /// Tokens that went through the model.
    public var forwardTokens = 0
    /// Forward passes, of one branch or of several at once.
    public var passes = 0
    /// Tokens that went through the model once more, because their state had been dropped or was
    /// wanted at another place.
    public var replayedTokens = 0
    /// States that were dropped for the budget.
    public var evictions = 0

    /// Creates counters of nothing.
    public init() {}
}
