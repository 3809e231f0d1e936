/// How tokens are drawn and when decoding ends.
///
/// Nothing else is applied: no setting of `generation_config.json`, no token added to the prompt.
public struct GenerateParameters: Equatable, Sendable {
    /// Tokens to draw at most; nil for as many as the context holds.
    public var maxTokens: Int?
    /// The divisor of the logits before softmax; 0 takes the most probable token, the lowest id
    /// among equals.
    public var temperature: Double
    /// Tokens kept, most probable first; 0 keeps all.
    public var topK: Int
    /// Probability mass kept, most probable first; the token that crosses it stays in, and 1 keeps
    /// all.
    public var topP: Double
    /// Determines every draw: the same seed gives the same tokens.
    public var seed: UInt64
    /// Ids that end decoding besides the model's own.
    public var stopTokenIDs: Set<Int>

    /// Creates settings; by default temperature 0.8 and top-p 0.95 with seed 0.
    public init(
        maxTokens: Int? = nil, temperature: Double = 0.8, topK: Int = 0, topP: Double = 0.95,
        seed: UInt64 = 0, stopTokenIDs: Set<Int> = []
    ) {
        self.maxTokens = maxTokens
        self.temperature = temperature
        self.topK = topK
        self.topP = topP
        self.seed = seed
        self.stopTokenIDs = stopTokenIDs
    }

    /// The most probable token at every step.
    public static func greedy(maxTokens: Int? = nil) -> GenerateParameters {
        GenerateParameters(maxTokens: maxTokens, temperature: 0, topP: 1)
    }

    /// - Throws: ``DecodingFailure/invalidSetting(name:reason:)`` for a setting out of range.
    func validate() throws(DecodingFailure) {
        guard temperature >= 0, temperature.isFinite else {
            throw .invalidSetting(
                name: "temperature", reason: "must be a number of at least 0, not \(temperature)")
        }
        guard topP > 0, topP <= 1 else {
            throw .invalidSetting(
                name: "topP", reason: "must be above 0 and at most 1, not \(topP)")
        }
        guard topK >= 0 else {
            throw .invalidSetting(name: "topK", reason: "must be at least 0, not \(topK)")
        }
        guard (maxTokens ?? 0) >= 0 else {
            throw .invalidSetting(name: "maxTokens", reason: "must be at least 0")
        }
    }
}
