public import ScopeTrace

/// What the replacement of tokens does to what follows them, measured on the tokens that follow: the
/// model reads the same text after other tokens.
///
/// Both readings take the same kernels, so the replacement of a token by itself gives exactly 0
/// everywhere.
public struct ReplacementEffect: Hashable, Codable, Sendable {
    /// A token that follows what was replaced.
    public struct Downstream: Hashable, Codable, Sendable {
        /// The token, as it stands in the original branch.
        public let token: TokenRecord
        private let original: WireDouble
        private let changed: WireDouble
        private let distance: WireDouble

        private enum CodingKeys: String, CodingKey {
            case token
            case original = "originalLogProbability"
            case changed = "changedLogProbability"
            case distance = "divergence"
        }

        init(
            token: TokenRecord, originalLogProbability: Double, changedLogProbability: Double,
            divergence: Double
        ) {
            self.token = token
            original = WireDouble(originalLogProbability)
            changed = WireDouble(changedLogProbability)
            distance = WireDouble(divergence)
        }

        /// Its logarithm of probability after the original tokens, in nats.
        public var originalLogProbability: Double { original.value }
        /// The same after the replacement.
        public var changedLogProbability: Double { changed.value }
        /// KL(original ‖ changed) of the distributions that the token comes from, in nats; infinite
        /// where the replacement makes impossible what was possible.
        public var divergence: Double { distance.value }

        /// How much more probable the replacement makes the token: the difference of the logarithms,
        /// in nats.
        public var change: Double {
            // Twice impossible is no change.
            originalLogProbability == changedLogProbability
                ? 0 : changedLogProbability - originalLogProbability
        }
    }

    /// The replaced tokens.
    public let original: [TokenRecord]
    /// What stands in their place.
    public let replacement: [Int]
    /// The tokens that follow, as far as they have a prediction on both sides.
    public let downstream: [Downstream]
    private let originalSum: WireDouble
    private let replacementSum: WireDouble

    private enum CodingKeys: String, CodingKey {
        case original
        case replacement
        case downstream
        case originalSum = "originalLogProbability"
        case replacementSum = "replacementLogProbability"
    }

    init(
        original: [TokenRecord], replacement: [Int], originalLogProbability: Double,
        replacementLogProbability: Double, downstream: [Downstream]
    ) {
        self.original = original
        self.replacement = replacement
        self.downstream = downstream
        originalSum = WireDouble(originalLogProbability)
        replacementSum = WireDouble(replacementLogProbability)
    }

    /// The logarithm of probability of the replaced tokens, one after the other, given what stands
    /// before; the first token of a sequence, which has no prediction, is left out.
    public var originalLogProbability: Double { originalSum.value }
    /// The same of the replacement.
    public var replacementLogProbability: Double { replacementSum.value }

    /// The change in the logarithm of probability of all that follows, in nats.
    public var downstreamChange: Double { downstream.reduce(0) { $0 + $1.change } }

    /// Where the replacement stops to matter: the token from which on no divergence exceeds a threshold.
    ///
    /// - Parameter threshold: A divergence in nats.
    /// - Returns: The token; nil where even the last one that was measured exceeds it.
    /// - Complexity: O(tokens).
    public func reconvergence(threshold: Double = 0.01) -> TokenIndex? {
        let last = downstream.lastIndex { $0.divergence > threshold }
        guard let last else { return downstream.first?.token.index }
        return downstream.indices.contains(last + 1) ? downstream[last + 1].token.index : nil
    }
}

/// A replacement with all that can be said of it: what it does to the tokens that follow, and what is
/// written after it.
public struct Counterfactual: Hashable, Codable, Sendable {
    /// What it does to the tokens that follow.
    public let effect: ReplacementEffect
    /// The end of the branch that is written after it.
    public let leaf: BranchNode.ID
    /// Whether and how that branch goes on differently, as far as the original does.
    public let difference: BranchDifference
}
