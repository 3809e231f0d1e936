public import TokenScope

/// Keeps what each step lent, as plain numbers: for tests of models, samplers and sessions.
public struct InMemoryObserver: DecodingObserver, Equatable {
    /// One step.
    public struct Step: Equatable, Sendable {
        /// The token.
        public let token: TokenRecord
        /// The logarithm of the sum of the logits' exponentials; nil for token 0.
        public let logSumExp: Double?
        /// The entropy of the model's distribution, in nats; nil for token 0.
        public let entropy: Double?
        /// The token's surprisal, in nats; nil for token 0.
        public let surprisal: Double?
        /// The token's place by probability, from 1; nil for token 0.
        public let rank: Int?
        /// The most probable token; nil for token 0.
        public let mostProbable: Int?
        /// The probability with which the token was drawn; nil where it was not.
        public let samplingProbability: Double?
        /// The tokens among which it was drawn; nil where it was not.
        public let nucleusSize: Int?
        /// A copy of the logits, where they are kept.
        public let logits: [Float]?
    }

    /// The steps so far.
    public private(set) var steps: [Step] = []
    /// Whether every step's logits are copied.
    public let keepsLogits: Bool

    /// Creates the observer.
    ///
    /// - Parameter keepsLogits: Whether to copy every step's logits; costs a row of the vocabulary's
    ///   size a token.
    public init(keepsLogits: Bool = false) {
        self.keepsLogits = keepsLogits
    }

    /// Keeps the step; records nothing.
    public mutating func observe(
        _ step: borrowing DecodingStep, record: inout TokenMetrics
    ) {
        let id = step.token.id
        var logits: [Float]?
        if keepsLogits, let row = step.distribution?.logits {
            var copy: [Float] = []
            for index in row.indices { copy.append(row[index]) }
            logits = copy
        }
        steps.append(
            Step(
                token: step.token, logSumExp: step.distribution?.logSumExp,
                entropy: step.distribution?.entropy,
                surprisal: step.distribution?.surprisal(of: id),
                rank: step.distribution?.rank(of: id),
                mostProbable: step.distribution?.mostProbable(1).first,
                samplingProbability: step.samplingProbability, nucleusSize: step.nucleusSize,
                logits: logits))
    }
}
