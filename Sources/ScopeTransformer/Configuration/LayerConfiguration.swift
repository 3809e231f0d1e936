/// What one decoder block does differently from its neighbours.
public struct LayerConfiguration: Equatable, Sendable {
    /// Positions a query sees, itself included; all of them where there is no window.
    public var window: Int?
    /// The rotation of queries and keys, where the layer has one.
    public var rotary: RotaryConfiguration?
    /// Whether the feed-forward part is a mixture of experts.
    public var hasExperts: Bool

    /// Creates a layer; by default with full attention, no rotation and no experts.
    public init(
        window: Int? = nil, rotary: RotaryConfiguration? = nil, hasExperts: Bool = false
    ) {
        self.window = window
        self.rotary = rotary
        self.hasExperts = hasExperts
    }
}

/// A mixture of experts (Shazeer et al., 2017): each position goes through a few of many
/// feed-forward parts.
public struct ExpertConfiguration: Equatable, Sendable {
    /// Experts a layer.
    public var count: Int
    /// Experts that one position goes through.
    public var perToken: Int
    /// Width inside one expert.
    public var intermediateSize: Int
    /// Width inside the expert that every position goes through; 0 where there is none.
    public var sharedIntermediateSize: Int
    /// Whether the shared expert's output is weighted by a logistic gate.
    public var gatesShared: Bool
    /// Whether the chosen experts' probabilities are divided by their sum.
    public var normalizesWeights: Bool
    /// The factor on the chosen experts' weights.
    public var weightScale: Double

    /// Creates a mixture; by default without a shared expert.
    public init(
        count: Int = 0, perToken: Int = 0, intermediateSize: Int = 0,
        sharedIntermediateSize: Int = 0, gatesShared: Bool = false,
        normalizesWeights: Bool = false, weightScale: Double = 1
    ) {
        self.count = count
        self.perToken = perToken
        self.intermediateSize = intermediateSize
        self.sharedIntermediateSize = sharedIntermediateSize
        self.gatesShared = gatesShared
        self.normalizesWeights = normalizesWeights
        self.weightScale = weightScale
    }
}

/// Attention over a narrow latent vector (DeepSeek-V2, arXiv 2405.04434, section 2.1).
///
/// A head's queries and keys have a part that is rotated, whose key all heads share, and a part
/// that is not; ``DecoderConfiguration/headDimension`` is the sum of their widths.
public struct LatentAttention: Equatable, Sendable {
    /// Width of the vector that queries come from; they come from the residual row where nil.
    public var queryRank: Int?
    /// Width of the vector that keys and values come from.
    public var keyValueRank: Int
    /// Width of a head's rotated part.
    public var rotaryDimension: Int

    /// Creates a scheme.
    public init(queryRank: Int?, keyValueRank: Int, rotaryDimension: Int) {
        self.queryRank = queryRank
        self.keyValueRank = keyValueRank
        self.rotaryDimension = rotaryDimension
    }
}
