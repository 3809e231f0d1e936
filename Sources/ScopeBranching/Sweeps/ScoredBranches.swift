public import ScopeTrace

/// Branches with what the model makes of them, the best first.
public struct ScoredBranches: Hashable, Sendable {
    /// A branch that was written.
    public struct Branch: Hashable, Sendable {
        /// The branch's last node.
        public let leaf: BranchNode.ID
        /// The sum of the written tokens' logarithms of probability to the model, in nats.
        public let logProbability: Double
        /// The number of written tokens.
        public let tokens: Int

        /// The mean of the tokens' logarithms of probability, in nats; 0 where none was written.
        public var meanLogProbability: Double {
            tokens == 0 ? 0 : logProbability / Double(tokens)
        }
    }

    /// The branches, the best first.
    public internal(set) var branches: [Branch] = []
    /// Whether the task was cancelled before all was written.
    public internal(set) var isCancelled = false
}

/// How a beam search goes on and ends.
public struct BeamSettings: Hashable, Sendable {
    /// Branches that are kept at each step.
    public var width: Int
    /// Tokens to write at most.
    public var maxTokens: Int
    /// The power of the length that scores are divided by: 0 compares sums, which prefers short
    /// branches, 1 compares means.
    public var lengthPenalty: Double
    /// Tokens that end a branch besides the model's end of text.
    public var stopTokenIDs: Set<Int>

    /// Describes a beam search.
    ///
    /// - Parameters:
    ///   - width: Branches that are kept at each step, at least 1.
    ///   - maxTokens: Tokens to write at most, at least 1.
    ///   - lengthPenalty: The power of the length that scores are divided by.
    ///   - stopTokenIDs: Tokens that end a branch.
    public init(
        width: Int = 4, maxTokens: Int, lengthPenalty: Double = 1, stopTokenIDs: Set<Int> = []
    ) {
        precondition(width > 0 && maxTokens > 0 && lengthPenalty.isFinite, "a beam of nothing")
        self.width = width
        self.maxTokens = maxTokens
        self.lengthPenalty = lengthPenalty
        self.stopTokenIDs = stopTokenIDs
    }
}
