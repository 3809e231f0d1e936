public import ScopeTrace

/// What a branch would have become had a single token been another: every token with its most probable
/// alternatives, and what the model writes after each.
public struct TokenAtlas: Hashable, Codable, Sendable {
    /// Another token in a token's place.
    public struct Alternative: Hashable, Codable, Sendable {
        /// The token.
        public let id: Int
        /// Its bytes.
        public let bytes: [UInt8]
        private let wireProbability: WireDouble
        /// What the model writes after it.
        public let continuation: [TokenRecord]
        /// How that differs from what the branch itself goes on with, as far as both are written.
        public let difference: BranchDifference
        /// Why the continuation ended.
        public let stopReason: StopReason?

        private enum CodingKeys: String, CodingKey {
            case id
            case bytes
            case wireProbability = "logProbability"
            case continuation
            case difference
            case stopReason
        }

        init(
            id: Int, bytes: [UInt8], logProbability: Double, continuation: [TokenRecord],
            difference: BranchDifference, stopReason: StopReason?
        ) {
            self.id = id
            self.bytes = bytes
            wireProbability = WireDouble(logProbability)
            self.continuation = continuation
            self.difference = difference
            self.stopReason = stopReason
        }

        /// Its logarithm of probability in that place, in nats.
        public var logProbability: Double { wireProbability.value }
    }

    /// A token of the branch.
    public struct Position: Hashable, Codable, Sendable {
        /// The token.
        public let token: TokenRecord
        private let wireProbability: WireDouble
        /// Its place among all tokens by probability, from 1.
        public let rank: Int
        /// The entropy of the distribution it comes from, in nats.
        public let entropy: Double
        /// The most probable other tokens, the most probable first; fewer where the sweep was cancelled.
        public internal(set) var alternatives: [Alternative]

        private enum CodingKeys: String, CodingKey {
            case token
            case wireProbability = "logProbability"
            case rank
            case entropy
            case alternatives
        }

        init(
            token: TokenRecord, logProbability: Double, rank: Int, entropy: Double,
            alternatives: [Alternative]
        ) {
            self.token = token
            wireProbability = WireDouble(logProbability)
            self.rank = rank
            self.entropy = entropy
            self.alternatives = alternatives
        }

        /// Its logarithm of probability, in nats.
        public var logProbability: Double { wireProbability.value }
    }

    /// The tokens that were looked at, in order.
    public internal(set) var positions: [Position]
    /// Tokens that went through the model.
    public internal(set) var forwardTokens: Int
    /// Tokens that would have gone through it if each alternative had been computed from the beginning.
    public internal(set) var naiveForwardTokens: Int
    /// Whether the task was cancelled before all was written.
    public internal(set) var isCancelled: Bool
}

/// What a ``TokenAtlas`` is made of.
public struct AtlasSettings: Hashable, Sendable {
    /// Alternatives to each token.
    public var alternatives: Int
    /// Tokens to write after each alternative.
    public var continuation: Int
    /// Tokens that may go through the model; nil for any number.
    public var forwardTokenBudget: Int?
    /// Whether the alternatives become branches of the tree.
    public var addsToTree: Bool

    /// Describes an atlas.
    ///
    /// - Parameters:
    ///   - alternatives: Alternatives to each token, at least 1.
    ///   - continuation: Tokens to write after each, at least 1.
    ///   - forwardTokenBudget: Tokens that may go through the model.
    ///   - addsToTree: Whether the alternatives become branches of the tree.
    public init(
        alternatives: Int = 5, continuation: Int = 16, forwardTokenBudget: Int? = nil,
        addsToTree: Bool = false
    ) {
        precondition(alternatives > 0 && continuation > 0, "an atlas has at least one of each")
        self.alternatives = alternatives
        self.continuation = continuation
        self.forwardTokenBudget = forwardTokenBudget
        self.addsToTree = addsToTree
    }
}
