internal import ScopeDecoding
internal import ScopeTensor
public import ScopeTrace
internal import ScopeTransformer

/// Gradient SHAP (Lundberg and Lee, 2017; expected gradients, Erion et al., 2021): the mean, over
/// baselines and places on the way from each to the input, of the gradient times the difference of
/// the two; signed.
///
/// An unbiased estimate of the mean of integrated gradients over the baselines. Baselines and places
/// are functions of the seed and the sample alone.
public struct GradientSHAP: AttributionMethod {
    /// Where the ways begin.
    public enum Baselines: Hashable, Sendable {
        /// The same baseline for every sample.
        case fixed(IntegratedGradients.Baseline)
        /// At every position the row of a token drawn from the vocabulary, all as likely, anew for
        /// each sample.
        case randomTokens
    }

    /// Which number is differentiated.
    public var objective: AttributionObjective
    /// Where the ways begin.
    public var baselines: Baselines
    /// Ways.
    public var samples: Int
    /// Noise on the input, as in ``SmoothGrad/level``.
    public var level: Double
    /// What the draws are a function of.
    public var seed: UInt64

    /// The method's name.
    public let name = "gradient-shap"

    /// Creates the method, by default of the logit and without noise on the input.
    public init(
        _ objective: AttributionObjective = .logit, baselines: Baselines = .randomTokens,
        samples: Int = 32, level: Double = 0, seed: UInt64 = 0
    ) {
        self.objective = objective
        self.baselines = baselines
        self.samples = samples
        self.level = level
        self.seed = seed
    }

    /// Explains predictions.
    ///
    /// - Parameters:
    ///   - targets: Which predictions.
    ///   - text: The text.
    /// - Returns: One attribution a target, signed, with `completeness.gap`, `value.input` and
    ///   `value.baseline` (the mean over the baselines) among its diagnostics.
    /// - Throws: ``AttributionFailure``.
    /// - Complexity: Two passes forth and, for each target, one back, for every sample.
    public func attribute(
        _ targets: [AttributionTarget], in text: AttributedText
    ) throws(AttributionFailure) -> [Attribution] {
        guard samples > 0 else {
            throw .invalidSetting(name: "samples", reason: "must be at least 1")
        }
        guard level >= 0, level.isFinite else {
            throw .invalidSetting(name: "level", reason: "must be 0 or more")
        }
        let checked = try text.checked(targets)
        let intact = text.embeddings(text.rowCount(checked))
        let noise = EmbeddingNoise(seed: seed &+ 1, level: level)
        let draws = CounterNoise(seed: seed)
        var scores = checked.map { Array(repeating: 0.0, count: $0.row + 1) }
        var base = checked.map { _ in 0.0 }
        for sample in 0..<samples {
            let input = level > 0 ? noise.added(to: intact, sample) : intact
            let start = try baseline(intact.rows, sample, draws, text)
            // The place comes from an id that no position has.
            let place = draws.uniform(index: sample, id: -1)
            try text.gradients(
                of: objective, checked, passes: 1,
                input: { (_) throws(AttributionFailure) in start.way(to: input, place) },
                each: { _, target, gradient in
                    for row in scores[target].indices {
                        for place in gradient.slice(row).indices {
                            let way = Double(input.storage[place]) - Double(start.storage[place])
                            scores[target][row] +=
                                way * Double(gradient.storage[place]) / Double(samples)
                        }
                    }
                })
            for (index, value) in try text.values(objective, checked, at: start).enumerated() {
                base[index] += value / Double(samples)
            }
        }
        let own = try text.intactValues(objective, checked)
        return checked.enumerated().map { index, target in
            Attribution(
                method: name, settings: settings.merging(target.settings) { $1 },
                target: target.token, targetID: target.id, scores: scores[index], isSigned: true,
                diagnostics: [
                    "completeness.gap": scores[index].reduce(0, +) - (own[index] - base[index]),
                    "value.input": own[index], "value.baseline": base[index],
                ])
        }
    }

    private var settings: [String: String] {
        var settings = [
            "objective": objective.rawValue, "samples": String(samples), "seed": String(seed),
        ]
        if level > 0 { settings["level"] = "\(level)" }
        switch baselines {
        case .fixed(let baseline): settings["baseline"] = baseline.name
        case .randomTokens: settings["baseline"] = "random tokens"
        }
        return settings
    }

    private func baseline(
        _ rows: Int, _ sample: Int, _ draws: CounterNoise, _ text: AttributedText
    ) throws(AttributionFailure) -> Tensor<Float> {
        switch baselines {
        case .fixed(let baseline): return try baseline.rows(rows, text)
        case .randomTokens:
            let size = Double(text.model.configuration.vocabularySize)
            let ids = (0..<rows).map { Int(draws.uniform(index: sample, id: $0) * size) }
            return try AttributionFailure.wrappingModel { () throws(ModelFailure) in
                try text.model.embeddings(of: ids)
            }
        }
    }
}
