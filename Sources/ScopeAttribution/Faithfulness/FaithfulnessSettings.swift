/// How the faithfulness of attributions is measured.
///
/// The starting values of the ablation curve are those of the Jacobian Scopes authors' benchmark
/// (arXiv 2601.16407), those of erasure ERASER's (DeYoung et al., 2020, arXiv 1911.03429).
public struct FaithfulnessSettings: Hashable, Sendable {
    /// Which probability ablation and erasure watch.
    public enum Prediction: String, CaseIterable, Sendable {
        /// That of the token the model holds most probable in the intact text.
        case mostProbable = "most-probable"
        /// That of the attribution's own target.
        case target
    }

    /// How scores become an order.
    public enum Order: String, CaseIterable, Sendable {
        /// By size, whatever the sign.
        case magnitude
        /// By value: with signed scores those first that speak for the target.
        case value
    }

    /// What it means that a token is not there.
    public var replacement: TokenReplacement = .zero
    /// Which probability ablation and erasure watch.
    public var prediction: Prediction = .mostProbable
    /// How scores become an order; of equal ones the earlier token first.
    public var order: Order = .value
    /// Shares of the text, the target included, that the curve takes away: at each the whole number
    /// below, but at least one token.
    public var ablationFractions: [Double] = [0.05, 0.1, 0.2]
    /// Shares of the tokens before the target that erasure takes away or leaves: at each the whole
    /// number above.
    public var erasureFractions: [Double] = [0.01, 0.05, 0.1, 0.2, 0.5]
    /// Orders by chance that the curve's area is compared with; at least 2.
    public var orderings = 64
    /// Sets of tokens that infidelity takes away; at least 1.
    public var infidelitySamples = 64
    /// Noisy copies of the text of which sensitivity takes the worst; at least 1.
    public var sensitivitySamples = 4
    /// The noise of sensitivity: at most this share of the range of an embedding's scalars.
    public var sensitivityRadius = 0.02
    /// What all draws are a function of.
    public var seed: UInt64 = 0

    /// Creates settings.
    public init() {}

    func check() throws(AttributionFailure) {
        for (name, fractions) in [
            ("ablationFractions", ablationFractions), ("erasureFractions", erasureFractions),
        ] {
            guard !fractions.isEmpty, fractions.allSatisfy({ $0 > 0 && $0 <= 1 }),
                zip(fractions, fractions.dropFirst()).allSatisfy({ $0 < $1 })
            else {
                throw .invalidSetting(name: name, reason: "must rise between 0 and 1")
            }
        }
        guard orderings > 1 else {
            throw .invalidSetting(name: "orderings", reason: "must be at least 2")
        }
        guard infidelitySamples > 0, sensitivitySamples > 0 else {
            throw .invalidSetting(name: "samples", reason: "must be at least 1")
        }
        guard sensitivityRadius > 0, sensitivityRadius.isFinite else {
            throw .invalidSetting(name: "sensitivityRadius", reason: "must be above 0")
        }
    }

    var named: [String: String] {
        [
            "replacement": replacement.rawValue, "prediction": prediction.rawValue,
            "order": order.rawValue, "orderings": String(orderings),
            "infidelitySamples": String(infidelitySamples), "seed": String(seed),
        ]
    }

    /// The tokens of an attribution, the first in its order first.
    func ordered(_ scores: [Double]) -> [Int] {
        let keys = order == .value ? scores : scores.map(abs)
        return keys.indices.sorted { keys[$0] == keys[$1] ? $0 < $1 : keys[$0] > keys[$1] }
    }
}
