public import ScopeTrace

/// How tokens are drawn and when decoding ends.
///
/// Nothing else is applied: no setting of `generation_config.json`, no token added to the prompt.
/// What applies does so in this order: ``logitBias``, ``repetitionPenalty``, ``frequencyPenalty`` and
/// ``presencePenalty``, the processors attached to the session, then ``temperature``, ``topK``,
/// ``topP`` and ``minP``, each on what the one before it left, as the transformers library's warpers
/// do. All of them change what is drawn from; none changes the model's distribution, which metrics
/// read.
public struct GenerateParameters: Equatable, Sendable {
    /// Tokens to draw at most; nil for as many as the context holds.
    public var maxTokens: Int?
    /// The divisor of the logits before softmax; 0 takes the most probable token, the lowest id
    /// among equals.
    public var temperature: Double
    /// Tokens kept, most probable first, equal ones by id; 0 keeps all.
    public var topK: Int
    /// Probability mass kept, most probable first; the token that crosses it stays in, and 1 keeps
    /// all (Holtzman et al., 2019).
    public var topP: Double
    /// The share of the most probable token's probability that a token needs to be kept; 0 keeps all
    /// (Nguyen et al., 2024).
    public var minP: Double
    /// What the logits of tokens that occurred, in the prompt or after it, are divided by, or
    /// multiplied by where they are negative; 1 changes nothing.
    ///
    /// See ``RepetitionPenalty``.
    public var repetitionPenalty: Double
    /// What a token's logit loses each time that it was written after the prompt; 0 changes nothing.
    ///
    /// See ``OccurrencePenalty``.
    public var frequencyPenalty: Double
    /// What a token's logit loses once it was written after the prompt; 0 changes nothing.
    ///
    /// See ``OccurrencePenalty``.
    public var presencePenalty: Double
    /// What is added to the logits of single tokens; −∞ forbids one.
    ///
    /// See ``LogitBias``.
    public var logitBias: [Int: Double]
    /// Determines every draw: the same seed gives the same tokens.
    public var seed: UInt64
    /// Ids that end decoding besides the model's own.
    public var stopTokenIDs: Set<Int>
    /// Texts that end decoding as soon as a drawn token completes one.
    ///
    /// They are found in the bytes written after the prompt, special tokens' and forced tokens'
    /// included, whatever tokens they are cut into. The tokens stay in the trace, whose `stopMatch`
    /// says where the text begins.
    public var stopStrings: [String]
    /// Tokens of the prompt that go through the model at once, at most: more are faster, fewer take
    /// less memory and can be cancelled sooner.
    public var prefillStepSize: Int
    /// How a sequence longer than the model's context is read; nil refuses one, as text that is cut
    /// silently is measured wrongly.
    public var window: ContextWindow?

    /// Creates settings; by default temperature 0.8 and top-p 0.95 with seed 0.
    public init(
        maxTokens: Int? = nil, temperature: Double = 0.8, topK: Int = 0, topP: Double = 0.95,
        minP: Double = 0, repetitionPenalty: Double = 1, frequencyPenalty: Double = 0,
        presencePenalty: Double = 0, logitBias: [Int: Double] = [:], seed: UInt64 = 0,
        stopTokenIDs: Set<Int> = [], stopStrings: [String] = [], prefillStepSize: Int = 128,
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
        self.seed = seed
        self.stopTokenIDs = stopTokenIDs
        self.stopStrings = stopStrings
        self.prefillStepSize = prefillStepSize
        self.window = window
    }

    /// The most probable token at every step.
    public static func greedy(maxTokens: Int? = nil) -> GenerateParameters {
        GenerateParameters(maxTokens: maxTokens, temperature: 0, topP: 1)
    }

    /// The seed of one of several samples of the same text: ``seed`` itself for sample 0, and for
    /// sample `k` the `k`-th number that SplitMix64 (Steele et al., 2014) gives from it.
    ///
    /// - Parameter sample: The number of the sample, from 0.
    /// - Returns: The seed.
    public func seed(ofSample sample: Int) -> UInt64 {
        precondition(sample >= 0, "samples are numbered from 0")
        return sample == 0 ? seed : CounterNoise.splitMix(seed: seed, number: sample)
    }

    /// What changes the logits before temperature, in order; empty where nothing does.
    var processors: [any LogitProcessor] {
        var processors: [any LogitProcessor] = []
        if !logitBias.isEmpty { processors.append(LogitBias(logitBias)) }
        if repetitionPenalty != 1 { processors.append(RepetitionPenalty(repetitionPenalty)) }
        if frequencyPenalty != 0 || presencePenalty != 0 {
            processors.append(
                OccurrencePenalty(frequency: frequencyPenalty, presence: presencePenalty))
        }
        return processors
    }
}
