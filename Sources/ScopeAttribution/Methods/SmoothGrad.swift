internal import ScopeDecoding
internal import ScopeTensor
public import ScopeTrace

/// SmoothGrad (Smilkov et al., 2017, arXiv 1706.03825): the mean of gradients at noisy copies of the
/// embeddings.
///
/// The noise on a row is normal, with a deviation of ``level`` times the difference of the row's
/// largest and smallest scalar, and a function of the seed, the copy and the place alone: the same
/// seed gives the same scores, whatever else is asked for together.
public struct SmoothGrad: AttributionMethod {
    /// Which number is differentiated.
    public var objective: AttributionObjective
    /// How a token's mean gradient becomes one score: its length, or its product with the embedding.
    public var reading: InputTimesGradient.Reading
    /// Noisy copies.
    public var samples: Int
    /// The noise, as a share of a row's range; the paper's are 0.1 to 0.2.
    public var level: Double
    /// What the noise is a function of.
    public var seed: UInt64

    /// The method's name.
    public var name: String { reading == .dot ? "smoothgrad-x-input" : "smoothgrad" }

    /// Creates the method, by default unsigned and of the log-probability.
    public init(
        _ objective: AttributionObjective = .logProbability,
        reading: InputTimesGradient.Reading = .norm, samples: Int = 16, level: Double = 0.1,
        seed: UInt64 = 0
    ) {
        self.objective = objective
        self.reading = reading
        self.samples = samples
        self.level = level
        self.seed = seed
    }

    /// Explains predictions.
    ///
    /// - Parameters:
    ///   - targets: Which predictions.
    ///   - text: The text.
    /// - Returns: One attribution a target; signed where gradients are multiplied with embeddings.
    /// - Throws: ``AttributionFailure``.
    /// - Complexity: One pass forth and, for each target, one back, for every copy.
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
        let noise = EmbeddingNoise(seed: seed, level: level)
        var sums = GradientSums(
            targets: targets.count, rows: intact.rows, width: intact.columns)
        try text.gradients(
            of: objective, checked, passes: samples,
            input: { (sample) throws(AttributionFailure) in noise.added(to: intact, sample) },
            each: { sums.add($2, to: $1, times: 1 / Double(samples)) })
        return checked.enumerated().map { index, target in
            Attribution(
                method: name,
                settings: [
                    "objective": objective.rawValue, "samples": String(samples),
                    "level": "\(level)", "seed": String(seed),
                ].merging(target.settings) { $1 },
                target: target.token, targetID: target.id,
                scores: sums.scores(index, upTo: target.row) { sums, row in
                    switch reading {
                    case .norm: sums.reduce(0) { $0 + $1 * $1 }.squareRoot()
                    case .dot:
                        zip(sums, intact.slice(row)).reduce(0) { $0 + $1.0 * Double($1.1) }
                    }
                }, isSigned: reading == .dot)
        }
    }
}

/// Normal noise on embedding rows.
struct EmbeddingNoise {
    let seed: UInt64
    let level: Double

    /// A noisy copy: the same noise for the same place of the same row, however many rows there are.
    func added(to rows: Tensor<Float>, _ sample: Int) -> Tensor<Float> {
        let noise = CounterNoise(seed: seed)
        var moved = rows
        for row in 0..<rows.rows {
            let values = rows.slice(row)
            let range = Double(values.max() ?? 0) - Double(values.min() ?? 0)
            for place in values.indices {
                moved.storage[place] += Float(
                    level * range * noise.normal(index: sample, id: place))
            }
        }
        return moved
    }
}
