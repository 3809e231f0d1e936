/// How the tokens of a trace were chosen.
///
/// These are the settings as they were used: nothing is added to them from the model's files.
public struct GenerationSettings: Hashable, Codable, Sendable {
    /// The most tokens to write, nil for as many as the context holds.
    public let maxTokens: Int?

    /// What the logits are divided by before sampling; zero takes the most probable token.
    public let temperature: Double

    /// How many of the most probable tokens are kept for sampling; zero keeps all.
    public let topK: Int

    /// The probability that the tokens kept for sampling must reach together; one keeps all.
    public let topP: Double

    /// The seed of the sampler's random draws.
    public let seed: UInt64

    /// The tokens, besides the model's own end-of-sequence tokens, at which decoding stops.
    public let stopTokenIDs: [Int]

    /// Whether the tokenizer was told to add its special tokens to the prompt.
    public let addSpecialTokens: Bool

    /// Makes settings; the defaults take the most probable token each time and add nothing.
    ///
    /// - Parameters:
    ///   - maxTokens: The most tokens to write, nil for as many as the context holds.
    ///   - temperature: What the logits are divided by; zero takes the most probable token.
    ///   - topK: How many of the most probable tokens are kept; zero keeps all.
    ///   - topP: The probability that the tokens kept must reach together; one keeps all.
    ///   - seed: The seed of the sampler's random draws.
    ///   - stopTokenIDs: The tokens at which decoding stops, besides the model's own.
    ///   - addSpecialTokens: Whether the tokenizer adds its special tokens to the prompt.
    public init(
        maxTokens: Int? = nil,
        temperature: Double = 0,
        topK: Int = 0,
        topP: Double = 1,
        seed: UInt64 = 0,
        stopTokenIDs: [Int] = [],
        addSpecialTokens: Bool = false
    ) {
        precondition(!temperature.isNaN && temperature >= 0, "temperature must not be negative")
        precondition(topP > 0 && topP <= 1, "topP must be above 0 and at most 1")
        precondition(topK >= 0, "topK must not be negative")
        self.maxTokens = maxTokens
        self.temperature = temperature
        self.topK = topK
        self.topP = topP
        self.seed = seed
        self.stopTokenIDs = stopTokenIDs
        self.addSpecialTokens = addSpecialTokens
    }

    /// Whether the most probable token is taken each time, without any draw.
    public var isGreedy: Bool { temperature == 0 }
}
