/// How hidden states of early layers are read as predictions, and the names under which a trace keeps
/// what was read.
public enum LensKind: String, CaseIterable, Codable, Sendable {
    /// By the model's own final norm and head (nostalgebraist, 2020).
    case logit = "logit_lens"
    /// The same behind an affine map for each layer (Belrose et al., 2023, arXiv 2303.08112).
    case tuned = "tuned_lens"

    /// The most probable tokens of a layer, most probable first.
    ///
    /// - Parameter layer: `k` for the input of block `k`, the number of layers for the model's own
    ///   prediction.
    /// - Returns: `logit_lens_ids_l3` for layer 3.
    public func ids(layer: Int) -> MetricKey<TokenIDs> {
        MetricKey("\(rawValue)_ids_l\(layer)")
    }

    /// The probabilities of ``ids(layer:)``, in the same order.
    ///
    /// - Parameter layer: As for ``ids(layer:)``.
    /// - Returns: `logit_lens_probabilities_l3` for layer 3.
    public func probabilities(layer: Int) -> MetricKey<MetricRow> {
        MetricKey("\(rawValue)_probabilities_l\(layer)", unit: .probability)
    }

    /// For each layer that is read, in order, the divergence KL(final ‖ layer) = Σ p ln (p / q) of the
    /// layer's distribution `q` from the model's own `p`, in nats; 0 for the last entry, the model's own.
    public var divergence: MetricKey<MetricRow> {
        MetricKey(rawValue + "_divergence", unit: .nats)
    }

    /// For each layer that is read, in order, the entropy of its distribution, in nats.
    public var entropy: MetricKey<MetricRow> { MetricKey(rawValue + "_entropy", unit: .nats) }

    /// For each layer that is read, in order, the probability of the token that stands there.
    public var probability: MetricKey<MetricRow> {
        MetricKey(rawValue + "_probability", unit: .probability)
    }

    /// For each layer that is read, in order, the place of the token that stands there, from 1.
    public var rank: MetricKey<MetricRow> { MetricKey(rawValue + "_rank", unit: .rank) }

    /// The first of the layers that are read at which the model's own first choice is already the most
    /// probable token; the number of layers where that is so at the end alone.
    public var lead: MetricKey<Int> { MetricKey(rawValue + "_lead", unit: .count) }
}
