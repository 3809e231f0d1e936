public import ScopeTensor

/// The shape and the choices of one decoder-only model, whatever its family calls them.
///
/// A family's table row (see `Family`) maps the fields of `config.json` onto this value; the one
/// decoder block reads nothing else. Sizes are counts of scalars unless said otherwise.
public struct DecoderConfiguration: Equatable, Sendable {
    /// How activations are normalised before attention, feed-forward and head.
    public enum Norm: Equatable, Sendable {
        /// Centred and scaled to unit variance (Ba et al., 2016).
        case layer
        /// Scaled by the root mean square (Zhang and Sennrich, 2019).
        case rms
    }

    /// How a token's position enters the computation.
    public enum Positions: Equatable, Sendable {
        /// A learned row added to the embedding.
        case learned
        /// A rotation of queries and keys.
        case rotary(RotaryConfiguration)
    }

    /// The form of the feed-forward part.
    public enum FeedForward: Equatable, Sendable {
        /// `down(activation(gate(x)) · up(x))` (Shazeer, 2020).
        case gated
        /// `down(activation(up(x)))`.
        case plain
    }

    /// Which linear maps carry a bias.
    public struct Biases: OptionSet, Sendable {
        /// The set's bits.
        public let rawValue: UInt8

        /// Creates a set from its bits.
        public init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        /// Query, key and value projections.
        public static let queryKeyValue = Biases(rawValue: 1)
        /// The projection behind attention.
        public static let attentionOutput = Biases(rawValue: 2)
        /// Every map of the feed-forward part.
        public static let feedForward = Biases(rawValue: 4)
    }

    /// The family's name as `config.json` gives it in `model_type`.
    public var modelType: String
    /// Rows of the embedding, and logits a position; may exceed the tokenizer's vocabulary.
    public var vocabularySize = 0
    /// Width of the residual stream.
    public var hiddenSize = 0
    /// Width inside the feed-forward part.
    public var intermediateSize = 0
    /// Decoder blocks.
    public var layerCount = 0
    /// Query heads.
    public var queryHeadCount = 0
    /// Key and value heads; each serves `queryHeadCount / keyValueHeadCount` query heads.
    public var keyValueHeadCount = 0
    /// Width of a head.
    public var headDimension = 0
    /// Positions the model was made for.
    public var contextLength = 0
    /// The kind of normalisation.
    public var norm = Norm.rms
    /// The constant that keeps a norm away from division by zero.
    public var normEpsilon = 1e-6
    /// The position scheme.
    public var positions = Positions.learned
    /// The factor on query–key products before softmax.
    public var attentionScale = 1.0
    /// The form of the feed-forward part.
    public var feedForward = FeedForward.gated
    /// The nonlinearity of the feed-forward part.
    public var activation = Activation.silu
    /// Which linear maps carry a bias.
    public var biases: Biases = []
    /// Whether the head reads the embedding matrix.
    public var tiesWordEmbeddings = false
    /// The id that begins a text, where the configuration names one.
    public var bosTokenID: Int?
    /// The ids that end a text, from `config.json` and `generation_config.json`, without repeats.
    public var eosTokenIDs: [Int] = []

    /// Creates a configuration of no size, to be filled in.
    public init(modelType: String) {
        self.modelType = modelType
    }
}
