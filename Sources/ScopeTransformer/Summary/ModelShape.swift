/// A ``DecoderConfiguration`` as plain values: what is written to files and shown to people.
public struct ModelShape: Codable, Equatable, Sendable {
    /// Decoder blocks that are alike in what follows, counted from 0.
    public struct Layer: Codable, Equatable, Sendable {
        /// Positions a query sees, itself included; nil: all of them.
        public let window: Int?
        /// The place of the layer's rotation in ``ModelShape/rotations``; nil: none.
        public let rotation: Int?
        /// Whether the feed-forward part is a mixture of experts.
        public let hasExperts: Bool
    }

    /// A rotary position embedding.
    public struct Rotation: Codable, Equatable, Sendable {
        /// The base of the geometric series of wavelengths.
        public let theta: Double
        /// The leading scalars of a head that are rotated.
        public let dimension: Int
        /// Which scalars form a pair: `halves` or `adjacent`.
        public let pairing: String
        /// How frequencies are stretched: `none`, `linear`, `dynamic`, `llama3`, `yarn`, `longrope` or
        /// `per-pair`.
        public let scaling: String
        /// The factor of the stretching, where it is one number.
        public let factor: Double?
        /// The length the model was first trained for, where the stretching refers to it.
        public let originalContextLength: Int?
        /// The factor on cosines and sines.
        public let magnitude: Double
    }

    /// A mixture of experts.
    public struct Experts: Codable, Equatable, Sendable {
        /// Experts a layer.
        public let count: Int
        /// Experts that one position goes through.
        public let perToken: Int
        /// Width inside one expert.
        public let intermediateSize: Int
        /// Width inside the expert that every position goes through; 0 where there is none.
        public let sharedIntermediateSize: Int
    }

    /// The family, as `model_type` of `config.json` spells it.
    public let family: String
    /// Decoder blocks.
    public let layerCount: Int
    /// Width of the residual stream.
    public let hiddenSize: Int
    /// Width inside the feed-forward part.
    public let intermediateSize: Int
    /// Rows of the embedding, and logits a position.
    public let vocabularySize: Int
    /// Positions the model was made for.
    public let contextLength: Int
    /// Query heads.
    public let queryHeadCount: Int
    /// Key and value heads.
    public let keyValueHeadCount: Int
    /// Width of a query or key head.
    public let headDimension: Int
    /// Width of a value head.
    public let valueDimension: Int
    /// The kind of normalisation: `rms` or `layer`.
    public let norm: String
    /// The constant that keeps a norm away from division by zero.
    public let normEpsilon: Double
    /// What queries and keys are normalised over: `head`, `each-head` or `position`; nil: they are not.
    public let queryKeyNorm: String?
    /// How a position enters: `rotary`, `learned`, `linear-bias` or `none`.
    public let positions: String
    /// The rotations that layers have.
    public let rotations: [Rotation]
    /// One a decoder block.
    public let layers: [Layer]
    /// The order of attention and feed-forward: `sequential`, `parallel` or `sequential-from-norm`.
    public let residual: String
    /// The form of the feed-forward part: `gated` or `plain`.
    public let feedForward: String
    /// The nonlinearity of the feed-forward part.
    public let activation: String
    /// The experts of layers that have them.
    public let experts: Experts?
    /// Width of the latent vector that keys and values come from, where they do.
    public let keyValueRank: Int?
    /// Which linear maps carry a bias: `query-key-value`, `attention-output`, `feed-forward`, `head`.
    public let biases: [String]
    /// Whether the head reads the embedding matrix.
    public let tiesWordEmbeddings: Bool
    /// The bound of attention scores.
    public let attentionSoftCap: Double?
    /// The bound of logits.
    public let logitSoftCap: Double?
    /// The factor on logits.
    public let logitScale: Double
    /// The factor on embedding rows.
    public let embeddingScale: Double
    /// The factor on what attention and feed-forward add to the residual stream.
    public let residualScale: Double
    /// The id that begins a text, where the configuration names one.
    public let bosTokenID: Int?
    /// The ids that end a text.
    public let eosTokenIDs: [Int]
    /// Whether a rotation changes with the length of the text, so that ``ModelOptions/rotaryLength``
    /// has an effect.
    public let hasChangingRotation: Bool
}
