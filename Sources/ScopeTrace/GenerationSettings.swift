/// How the tokens of a trace were chosen.
///
/// These are the settings as they were used: nothing is added to them from the model's files.
public struct GenerationSettings: Hashable, Sendable {
    /// The most tokens to write, nil for as many as the context holds.
    public let maxTokens: Int?

    /// What the logits are divided by before sampling; zero takes the most probable token.
    public let temperature: Double

    /// How many of the most probable tokens are kept for sampling; zero keeps all.
    public let topK: Int

    /// The probability that the tokens kept for sampling must reach together; one keeps all.
    public let topP: Double

    /// The share of the most probable token's probability that a token needs to be kept; zero
    /// keeps all.
    public let minP: Double

    /// What the logits of tokens that occurred are divided (negative ones multiplied) by; one
    /// changes nothing.
    public let repetitionPenalty: Double

    /// What a token's logit loses each time that it was written; zero changes nothing.
    public let frequencyPenalty: Double

    /// What a token's logit loses once it was written; zero changes nothing.
    public let presencePenalty: Double

    /// What is added to the logits of single tokens; −∞ forbids a token.
    public let logitBias: [Int: Double]

    /// The names of what else changed the logits, in the order of its doing so.
    public var processors: [String]

    /// What was changed inside the model on the way, a line each; empty for the model as it is.
    public var interventions: [String] = []

    /// The seed of the sampler's random draws.
    public var seed: UInt64

    /// The tokens, besides the model's own end-of-sequence tokens, at which decoding stops.
    public let stopTokenIDs: [Int]

    /// The texts at which decoding stops.
    public let stopStrings: [String]

    /// Whether the tokenizer was told to add its special tokens to the prompt.
    public let addSpecialTokens: Bool

    /// How many tokens of the prompt went through the model at once, at most; nil where the trace
    /// does not tell.
    public let prefillStepSize: Int?

    /// How a sequence longer than the context was read; nil where none was allowed.
    public let window: ContextWindow?

    /// Makes settings; the defaults take the most probable token each time and add nothing.
    ///
    /// - Parameters:
    ///   - maxTokens: The most tokens to write, nil for as many as the context holds.
    ///   - temperature: What the logits are divided by; zero takes the most probable token.
    ///   - topK: How many of the most probable tokens are kept; zero keeps all.
    ///   - topP: The probability that the tokens kept must reach together; one keeps all.
    ///   - minP: The share of the largest probability that a token needs; zero keeps all.
    ///   - repetitionPenalty: The divisor of the logits of tokens that occurred; above zero.
    ///   - frequencyPenalty: What a logit loses each time that its token was written.
    ///   - presencePenalty: What a logit loses once its token was written.
    ///   - logitBias: What is added to the logits of single tokens.
    ///   - processors: The names of what else changed the logits.
    ///   - seed: The seed of the sampler's random draws.
    ///   - stopTokenIDs: The tokens at which decoding stops, besides the model's own.
    ///   - stopStrings: The texts at which decoding stops; none is empty.
    ///   - addSpecialTokens: Whether the tokenizer adds its special tokens to the prompt.
    ///   - prefillStepSize: The most tokens of the prompt that go through the model at once.
    ///   - window: How a sequence longer than the context is read.
    public init(
        maxTokens: Int? = nil,
        temperature: Double = 0,
        topK: Int = 0,
        topP: Double = 1,
        minP: Double = 0,
        repetitionPenalty: Double = 1,
        frequencyPenalty: Double = 0,
        presencePenalty: Double = 0,
        logitBias: [Int: Double] = [:],
        processors: [String] = [],
        seed: UInt64 = 0,
        stopTokenIDs: [Int] = [],
        stopStrings: [String] = [],
        addSpecialTokens: Bool = false,
        prefillStepSize: Int? = nil,
        window: ContextWindow? = nil
    ) {
        self.maxTokens = maxTokens
        self.temperature = temperature
        self.topK = topK
        self.topP = topP
        self.minP = minP
        self.repetitionPenalty = repetitionPenalty
        self.frequencyPenalty = frequencyPenalty
        self.presencePenalty = presencePenalty
        self.logitBias = logitBias
        self.processors = processors
        self.seed = seed
        self.stopTokenIDs = stopTokenIDs
        self.stopStrings = stopStrings
        self.addSpecialTokens = addSpecialTokens
        self.prefillStepSize = prefillStepSize
        self.window = window
        if let fault { preconditionFailure("\(fault.setting) \(fault.reason)") }
    }

    /// Whether the most probable token is taken each time, without any draw.
    public var isGreedy: Bool { temperature == 0 }

    /// The first setting that lies outside what it can be, nil where all is well.
    var fault: (setting: String, reason: String)? {
        switch true {
        case (maxTokens ?? 0) < 0: ("maxTokens", "must not be negative")
        case !(temperature >= 0 && temperature.isFinite):
            ("temperature", "must be a number of at least 0")
        case topK < 0: ("topK", "must not be negative")
        case !(topP > 0 && topP <= 1): ("topP", "must be above 0 and at most 1")
        case !(minP >= 0 && minP <= 1): ("minP", "must be from 0 to 1")
        case !(repetitionPenalty > 0 && repetitionPenalty.isFinite):
            ("repetitionPenalty", "must be above 0")
        case !frequencyPenalty.isFinite: ("frequencyPenalty", "must be finite")
        case !presencePenalty.isFinite: ("presencePenalty", "must be finite")
        case logitBias.contains(where: { $0.key < 0 || !($0.value < .infinity) }):
            ("logitBias", "must be numbers below infinity for tokens of the vocabulary")
        case stopStrings.contains(where: \.isEmpty): ("stopStrings", "must not be empty")
        case (prefillStepSize ?? 1) < 1: ("prefillStepSize", "must be at least 1")
        case window?.fault != nil: ("window", window?.fault ?? "")
        default: nil
        }
    }
}
