public import ScopeTrace

/// The fewest token replacements found that change an outcome.
public struct MinimalFlip: Hashable, Sendable {
    /// A token that is replaced.
    public struct Replacement: Hashable, Sendable {
        /// The token.
        public let token: TokenRecord
        /// What stands in its place.
        public let id: Int
        /// The logarithm of probability of what stands there, given the original tokens, in nats.
        public let logProbability: Double
    }

    /// The replacements, in the order of the tokens; empty where none was found.
    public internal(set) var replacements: [Replacement] = []
    /// The outcome of the branch as it is.
    public internal(set) var original = ""
    /// The outcome after the replacements; that of the branch where none was found.
    public internal(set) var outcome = ""
    /// Tokens of the changed sequence, with what was written after it.
    public internal(set) var tokens: [TokenRecord] = []
    /// Whether no smaller set of the candidates changes the outcome: all of them were tried.
    public internal(set) var isMinimal = false
    /// Sets that were tried.
    public internal(set) var tried = 0
    /// Tokens that went through the model.
    public internal(set) var forwardTokens = 0
    /// Whether the task was cancelled.
    public internal(set) var isCancelled = false

    /// Whether a set was found.
    public var isFound: Bool { !replacements.isEmpty }
}

/// Where and how long replacements are looked for.
public struct FlipSettings: Hashable, Sendable {
    /// Alternatives to each token, the most probable ones.
    public var alternatives: Int
    /// Replacements in a set, at most.
    public var size: Int
    /// Tokens to write after the changed sequence; 0 where the outcome is read off the sequence itself.
    public var continuation: Int
    /// Tokens that may go through the model.
    public var forwardTokenBudget: Int

    /// Describes the search.
    ///
    /// - Parameters:
    ///   - alternatives: Alternatives to each token, at least 1.
    ///   - size: Replacements in a set, at most; at least 1.
    ///   - continuation: Tokens to write after the changed sequence, at least 1.
    ///   - forwardTokenBudget: Tokens that may go through the model.
    public init(
        alternatives: Int = 3, size: Int = 2, continuation: Int = 16, forwardTokenBudget: Int
    ) {
        precondition(alternatives > 0 && size > 0 && continuation > 0, "a search of nothing")
        self.alternatives = alternatives
        self.size = size
        self.continuation = continuation
        self.forwardTokenBudget = forwardTokenBudget
    }
}
