/// Two models on the same text, token by token: how far apart their distributions are, and where.
///
/// The models are called A and B. What is measured of each token stands in the columns of ``trace``,
/// whose names are at `MetricKey`: `divergence`, `surprisalA`, `surprisalB` and so on; results about
/// the whole text are computed from those columns.
public struct ModelComparison: Codable, Equatable, Sendable {
    /// How far one layer's residual rows lie apart.
    public struct LayerDifference: Codable, Equatable, Sendable {
        /// The layer: 0 is the embedding, `k` what block `k − 1` gives to block `k`, and the last one
        /// the final norm's output.
        public let layer: Int
        /// √(Σ (a − b)² / Σ a²) over all rows of the text.
        public let relativeDifference: Double

        /// Describes a layer.
        public init(layer: Int, relativeDifference: Double) {
            self.layer = layer
            self.relativeDifference = relativeDifference
        }
    }

    /// The model whose distribution the divergence is an expectation over.
    public let a: ModelIdentity
    /// The model that is compared with it.
    public let b: ModelIdentity
    /// The tokens with what was measured of each; its header is that of A.
    public var trace: TokenTrace
    /// The ids whose probabilities are compared, from 0; where one model has more, which no text leads
    /// to, the divergence is that of the distributions over these alone.
    public let vocabularySize: Int
    /// The relative difference from which on a layer counts as departed.
    public let layerThreshold: Double
    /// The layers' differences; nil where the models' shapes differ, or nobody asked.
    public var layers: [LayerDifference]?
    /// What each part makes of the same input, in order; nil where nobody asked.
    public var parts: [PartDifference]?

    /// Creates a comparison.
    public init(
        a: ModelIdentity, b: ModelIdentity, trace: TokenTrace, vocabularySize: Int,
        layerThreshold: Double, layers: [LayerDifference]? = nil,
        parts: [PartDifference]? = nil
    ) {
        self.a = a
        self.b = b
        self.trace = trace
        self.vocabularySize = vocabularySize
        self.layerThreshold = layerThreshold
        self.layers = layers
        self.parts = parts
    }
}

extension ModelComparison.LayerDifference {
    private enum CodingKeys: String, CodingKey {
        case layer
        case relativeDifference
    }

    /// Reads a layer; an infinite difference is the string "Infinity".
    ///
    /// - Parameter decoder: The decoder to read from.
    /// - Throws: `DecodingError` for what is no number.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        layer = try container.decode(Int.self, forKey: .layer)
        relativeDifference =
            try container.decode(WireDouble.self, forKey: .relativeDifference).value
    }

    /// Writes a layer; an infinite difference is the string "Infinity".
    ///
    /// - Parameter encoder: The encoder to write to.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(layer, forKey: .layer)
        try container.encode(WireDouble(relativeDifference), forKey: .relativeDifference)
    }
}

extension MetricKey where Value == Double {
    /// KL(A‖B) of the two models' distributions over the token, Σ p_A ln(p_A / p_B) (Kullback and
    /// Leibler, 1951), in nats.
    public static let divergence = MetricKey("kl", unit: .nats)
    /// The Jensen–Shannon divergence of the two models' distributions over the token, the mean of the
    /// divergences of either from their mean (Lin, 1991), in nats: from 0 to ln 2, the same both ways round.
    public static let jensenShannon = MetricKey("js", unit: .nats)
    /// The probability that model A gives to `argmaxA`.
    public static let probabilityA = MetricKey("probability_a", unit: .probability)
    /// The probability that model B gives to `argmaxB`.
    public static let probabilityB = MetricKey("probability_b", unit: .probability)
    /// The token's surprisal to model A, in nats.
    public static let surprisalA = MetricKey("surprisal_a", unit: .nats)
    /// The token's surprisal to model B, in nats.
    public static let surprisalB = MetricKey("surprisal_b", unit: .nats)
}

extension MetricKey where Value == Int {
    /// The id that model A holds most probable, the lowest of equals.
    public static let argmaxA = MetricKey("argmax_a")
    /// The id that model B holds most probable, the lowest of equals.
    public static let argmaxB = MetricKey("argmax_b")
    /// The first layer whose residual row, the one that predicts the token, lies further apart than
    /// the threshold; absent where none does.
    public static let departingLayer = MetricKey("departing_layer")
}

extension MetricKey where Value == String {
    /// The text of `argmaxA`.
    public static let argmaxTextA = MetricKey("argmax_text_a")
    /// The text of `argmaxB`.
    public static let argmaxTextB = MetricKey("argmax_text_b")
}

extension MetricKey where Value == MetricRow {
    /// What each part of the models makes of the same input for the token's prediction: ‖b − a‖ / ‖a‖ of
    /// the embedding, the blocks in order, and the head; see ``PartDifference``.
    public static let partDifferences = MetricKey("part_differences", unit: .ratio)
}
