public import ScopeTrace

/// Where in a branch its outcome was decided: for every token the distribution of outcomes before it and
/// after each of its alternatives (after Bigelow et al., *Forking Paths in Neural Text Generation*, 2024).
public struct ForkingTokens: Hashable, Sendable {
    /// A token that could have stood in a place, the branch's own among them.
    public struct Choice: Hashable, Sendable {
        /// The token.
        public let id: Int
        /// Its probability in that place.
        public let probability: Double
        /// How often each outcome came of it.
        public internal(set) var outcomes: [String: Int]
    }

    /// A place of the branch.
    public struct Position: Hashable, Sendable {
        /// The token that stands there.
        public let token: TokenRecord
        /// The branch's own token, and the most probable others.
        public internal(set) var choices: [Choice]

        /// The distribution of outcomes if the token were drawn anew: those of the choices, weighted by
        /// their probabilities, which are made to add up to 1.
        public var outcomes: [String: Double] {
            var sum: [String: Double] = [:]
            let known = choices.filter { !$0.outcomes.isEmpty }
            let mass = known.reduce(0) { $0 + $1.probability }
            for choice in known where mass > 0 {
                for (outcome, share) in choice.shares {
                    sum[outcome, default: 0] += share * choice.probability / mass
                }
            }
            return sum
        }

        /// How far the outcomes of two choices lie apart at most: their distance in total variation, from
        /// 0 to 1.
        public var spread: Double {
            var largest = 0.0
            for (place, choice) in choices.enumerated() where !choice.outcomes.isEmpty {
                for other in choices[..<place] where !other.outcomes.isEmpty {
                    largest = max(largest, ForkingTokens.distance(choice.shares, other.shares))
                }
            }
            return largest
        }
    }

    /// The places that were looked at, in order.
    public internal(set) var positions: [Position] = []
    /// Tokens that went through the model.
    public internal(set) var forwardTokens = 0
    /// Whether the task was cancelled before all was written.
    public internal(set) var isCancelled = false

    /// The tokens whose alternatives lead elsewhere.
    ///
    /// - Parameter spread: The least distance in total variation between the outcomes of two choices.
    /// - Returns: The places, in order.
    public func forks(spread: Double = 0.5) -> [Position] {
        positions.filter { $0.spread >= spread }
    }

    /// Between neighbouring places, how far the distribution of outcomes moves, from 0 to 1: large where
    /// a token settles what was open before.
    public var changes: [(token: TokenIndex, change: Double)] {
        zip(positions, positions.dropFirst()).map { left, right in
            (left.token.index, Self.distance(left.outcomes, right.outcomes))
        }
    }

    /// The distance of two distributions in total variation: half the sum of the differences.
    static func distance(_ left: [String: Double], _ right: [String: Double]) -> Double {
        // In a fixed order, so that the sum has the same bits every time.
        let outcomes = Set(left.keys).union(right.keys).sorted()
        return outcomes.reduce(0) { $0 + abs((left[$1] ?? 0) - (right[$1] ?? 0)) } / 2
    }
}

extension ForkingTokens.Choice {
    /// The outcomes' shares.
    var shares: [String: Double] {
        let count = Double(outcomes.values.reduce(0, +))
        return outcomes.mapValues { Double($0) / count }
    }
}

/// How many rollouts show where a branch forks.
public struct ForkingSettings: Hashable, Sendable {
    /// Alternatives to each token.
    public var alternatives: Int
    /// The least probability of an alternative that is followed.
    public var minimumProbability: Double
    /// Rollouts after each choice.
    public var samples: Int
    /// Tokens of a rollout.
    public var continuation: Int
    /// Tokens that may go through the model; nil for any number.
    public var forwardTokenBudget: Int?

    /// Describes the rollouts.
    ///
    /// - Parameters:
    ///   - alternatives: Alternatives to each token, at least 1.
    ///   - minimumProbability: The least probability of an alternative that is followed.
    ///   - samples: Rollouts after each choice, at least 1.
    ///   - continuation: Tokens of a rollout, at least 1.
    ///   - forwardTokenBudget: Tokens that may go through the model.
    public init(
        alternatives: Int = 3, minimumProbability: Double = 0.05, samples: Int = 8,
        continuation: Int = 32, forwardTokenBudget: Int? = nil
    ) {
        precondition(
            alternatives > 0 && samples > 0 && continuation > 0, "rollouts of nothing")
        self.alternatives = alternatives
        self.minimumProbability = minimumProbability
        self.samples = samples
        self.continuation = continuation
        self.forwardTokenBudget = forwardTokenBudget
    }
}
