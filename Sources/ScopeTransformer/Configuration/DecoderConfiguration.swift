public import ScopeTensor

/// The shape and the choices of one decoder-only model, whatever its family calls them.
///
/// A family's table row (see `Family`) maps the fields of its files onto this value; the one
/// decoder block reads nothing else. Sizes are counts of scalars unless said otherwise.
public struct DecoderConfiguration: Equatable, Sendable {
    /// How activations are normalised before attention, feed-forward and head.
    public enum Norm: Equatable, Sendable {
        /// Centred and scaled to unit variance (Ba et al., 2016).
        case layer
        /// Scaled by the root mean square (Zhang and Sennrich, 2019).
        case rms
    }

    /// What a norm has learned.
    public enum NormParameters: Equatable, Sendable {
        /// Nothing: a fixed function.
        case none
        /// A factor for each scalar.
        case scale
        /// A factor and a summand for each scalar.
        case scaleAndShift
    }

    /// What queries and keys are normalised over before they are rotated.
    public enum QueryKeyNorm: Equatable, Sendable {
        /// Each head by itself, with parameters of its own.
        case eachHead
        /// Each head by itself, all heads with the same parameters.
        case head
        /// All heads of a position together.
        case position
    }

    /// How a token's position enters the computation, apart from rotation, which each layer names.
    public enum Positions: Equatable, Sendable {
        /// A learned row added to the embedding: row `position + offset` of the table.
        case learned(offset: Int)
        /// A bias on attention scores that grows with distance.
        case linearBias(LinearBias)
        /// Nothing but each layer's rotation, if it has one.
        case rotaryOrNone
    }

    /// In which order attention and feed-forward act on the residual stream.
    public enum Residual: Equatable, Sendable {
        /// Both read the block's input.
        case parallel
        /// Feed-forward reads what attention has added.
        case sequential
        /// As `sequential`, but what each reads, after its norm, is also what it adds to.
        case sequentialFromNorm
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
        /// The head.
        public static let head = Biases(rawValue: 8)
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
    /// Width of a query or key head.
    public var headDimension = 0
    /// Width of a value head; that of a key head unless attention is latent.
    public var valueDimension = 0
    /// Positions the model was made for.
    public var contextLength = 0
    /// The kind of normalisation.
    public var norm = Norm.rms
    /// What norms have learned.
    public var normParameters = NormParameters.scale
    /// The constant that keeps a norm away from division by zero.
    public var normEpsilon = 1e-6
    /// What is added to a norm's stored factors: 1 where a family stores the difference from 1.
    public var normOffset = 0.0
    /// The factor on embedding rows.
    public var embeddingScale = 1.0
    /// The position scheme.
    public var positions = Positions.rotaryOrNone
    /// The factor on query–key products before softmax.
    public var attentionScale = 1.0
    /// The bound that queries, keys and values are clipped to.
    public var attentionClip: Double?
    /// The bound `c` of attention scores, as `c · tanh(score / c)`.
    public var attentionSoftCap: Double?
    /// Whether and over what queries and keys are normalised.
    public var queryKeyNorm: QueryKeyNorm?
    /// Keys and values that come from a narrow latent vector, where the family has them.
    public var latentAttention: LatentAttention?
    /// The order of attention and feed-forward.
    public var residual = Residual.sequential
    /// The factor on what attention and feed-forward add to the residual stream.
    public var residualScale = 1.0
    /// The form of the feed-forward part.
    public var feedForward = FeedForward.gated
    /// The experts of layers that have them.
    public var experts: ExpertConfiguration?
    /// The nonlinearity of the feed-forward part.
    public var activation = Activation.silu
    /// Which linear maps carry a bias.
    public var biases: Biases = []
    /// Whether the head reads the embedding matrix.
    public var tiesWordEmbeddings = false
    /// The factor on logits.
    public var logitScale = 1.0
    /// The bound `c` of logits, as `c · tanh(logit / c)`.
    public var logitSoftCap: Double?
    /// What differs from layer to layer; one a layer.
    public var layers: [LayerConfiguration] = []
    /// The id that begins a text, where the configuration names one.
    public var bosTokenID: Int?
    /// The ids that end a text, from `config.json` and `generation_config.json`, without repeats.
    public var eosTokenIDs: [Int] = []

    /// Creates a configuration of no size, to be filled in.
    public init(modelType: String) {
        self.modelType = modelType
    }
}
