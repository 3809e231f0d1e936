internal import ScopeTensor
internal import ScopeTrace
internal import ScopeTransformer

/// The ablation curve of the Jacobian Scopes authors' benchmark (arXiv 2601.16407): the best shares of
/// the text's tokens are taken away, and the drop of the prediction's log-probability is recorded.
struct AblationCurve {
    let fractions: [Double]
    let replacement: TokenReplacement

    init(_ settings: FaithfulnessSettings) {
        fractions = settings.ablationFractions
        replacement = settings.replacement
    }

    /// Tokens that are taken away at each share of the text, which the target belongs to.
    func counts(_ target: CheckedTarget) -> [Int] {
        let length = Double(target.row + 2)
        return fractions.map { min(max(1, Int($0 * length)), target.row + 1) }
    }

    /// The curves of several orders, given the intact log-probability.
    func measure(
        _ orders: [[Int]], _ target: CheckedTarget, _ prediction: Int, intact: Double,
        in text: AttributedText
    ) throws(AttributionFailure) -> [FaithfulnessReport.Ablation] {
        let counts = counts(target)
        let sets = orders.flatMap { order in counts.map { order.prefix($0).sorted() } }
        let values = try text.logProbabilities(of: prediction, target, replacement, without: sets)
        return orders.indices.map { index in
            let drops = counts.indices.map { intact - values[index * counts.count + $0] }
            let area = zip(fractions.indices, fractions.indices.dropFirst()).reduce(0.0) {
                $0 + (fractions[$1.1] - fractions[$1.0]) * (drops[$1.0] + drops[$1.1]) / 2
            }
            return .init(fractions: fractions, drops: drops, area: area)
        }
    }
}
