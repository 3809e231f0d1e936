internal import ScopeDecoding
internal import ScopeTensor
public import ScopeTrace
internal import ScopeTransformer

/// What every attribution of one prediction is measured against: the intact distribution, what each
/// token's absence does to it, and areas under curves by chance.
///
/// Made once for a target; any number of attributions may be measured, those of other programs
/// included: all that counts is a score for each token before the target.
public struct FaithfulnessReference: Sendable {
    /// How faithfulness is measured.
    public let settings: FaithfulnessSettings
    /// The prediction that is explained.
    public let target: AttributionTarget
    /// The id whose probability ablation and erasure watch.
    public let prediction: Int
    /// For each token before the target the divergence KL(intact‖without it), in nats, of
    /// probabilities that are at least 10⁻¹⁰.
    public let divergences: [Double]
    /// Areas under the ablation curves of orders by chance.
    public let areasByChance: [Double]

    let text: AttributedText
    let checked: CheckedTarget
    /// The logarithm of the prediction's probability in the intact text.
    let intact: Double
    /// That with no token there.
    let bare: Double
    /// The sets that infidelity takes away, with what the objective loses.
    let removals: [(tokens: [Int], loss: Double)]

    /// Prepares the measures of a target.
    ///
    /// - Parameters:
    ///   - target: Which prediction.
    ///   - text: The text.
    ///   - settings: How faithfulness is measured.
    /// - Throws: ``AttributionFailure``.
    /// - Complexity: With `T` tokens before the target at most `T/2` + orderings × fractions + samples
    ///   passes over the text, less what stands before the first absent token of each.
    public init(
        for target: AttributionTarget, in text: AttributedText,
        _ settings: FaithfulnessSettings = FaithfulnessSettings()
    ) throws(AttributionFailure) {
        try settings.check()
        let checked = try text.checked(target)
        let count = checked.row + 1
        let logits = text.model.logits(of: text.hiddenState(checked.row)).storage
        let best = logits.indices.reduce(0) { logits[$1] > logits[$0] ? $1 : $0 }
        prediction = settings.prediction == .target ? checked.id : best
        intact = Double(logits[prediction]) - logSumExp(logits)
        self.settings = settings
        self.target = target
        self.text = text
        self.checked = checked
        divergences = try text.divergences(from: logits, checked, settings.replacement)
        bare = try text.logProbabilities(
            of: prediction, checked, settings.replacement, without: [Array(0..<count)])[0]
        let draws = CounterNoise(seed: settings.seed)
        removals = try text.removals(checked, draws, settings)
        let orders = (0..<settings.orderings).map { draws.order(index: $0, count: count) }
        let curve = AblationCurve(settings)
        areasByChance = try curve.measure(
            orders, checked, prediction, intact: intact, in: text
        ).map(\.area)
    }

    /// Measures an attribution of the reference's target.
    ///
    /// - Parameter attribution: Scores of every token before the target.
    /// - Returns: The report, without sensitivity, for which the method itself is needed.
    /// - Throws: ``AttributionFailure/invalidSetting(name:reason:)`` where the attribution is of another
    ///   target or not one finite score a token.
    /// - Complexity: Three passes over the text, and five for each share of erasure, at most.
    public func report(
        on attribution: Attribution
    ) throws(AttributionFailure) -> FaithfulnessReport {
        guard attribution.target == target.token, attribution.scores.count == checked.row + 1,
            attribution.scores.allSatisfy(\.isFinite)
        else {
            throw .invalidSetting(
                name: "attribution",
                reason: "must have one finite score for each token before \(target.token.rawValue)")
        }
        let order = settings.ordered(attribution.scores)
        let ablation = try AblationCurve(settings).measure(
            [order], checked, prediction, intact: intact, in: text)[0]
        return FaithfulnessReport(
            method: attribution.method, target: attribution.target, prediction: prediction,
            settings: settings.named, ablation: ablation, chance: chance(ablation.area),
            erasure: try erasure(order),
            agreement: agreement(attribution.scores),
            infidelity: infidelity(attribution.scores))
    }

    /// Explains the reference's target and measures the result, sensitivity included.
    ///
    /// - Parameter method: The method.
    /// - Returns: The attribution and the report on it.
    /// - Throws: ``AttributionFailure``.
    /// - Complexity: The method, once and once for each noisy copy, and ``report(on:)``.
    public func report(
        on method: any AttributionMethod
    ) throws(AttributionFailure) -> (attribution: Attribution, report: FaithfulnessReport) {
        let attribution = try method.attribute(target, in: text)
        var report = try report(on: attribution)
        report.sensitivity = try sensitivity(of: method, attribution)
        return (attribution: attribution, report: report)
    }

    private func chance(_ area: Double) -> FaithfulnessReport.Chance {
        let count = Double(areasByChance.count)
        let mean = areasByChance.reduce(0, +) / count
        let deviation =
            (areasByChance.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)).squareRoot()
        return .init(
            orderings: areasByChance.count, mean: mean, deviation: deviation,
            standardized: deviation > 0 ? (area - mean) / deviation : 0,
            zScore: NormalScore.score(of: area, among: areasByChance, deviation: deviation))
    }
}
