internal import ScopeDecoding
public import ScopeTrace

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// LIME (Ribeiro et al., 2016, arXiv 1602.04938): the coefficients of a linear model of the objective
/// over which spans are there, fitted near the intact text; signed.
///
/// As in the authors' package for text: the number of absent spans is drawn evenly and then which; a
/// sample counts `√exp(−(d / kernelWidth)²)` with `d` the cosine distance of its presences from all
/// ones; ridge regression with an intercept that goes unpunished. A span's coefficient is shared
/// equally among its tokens; tokens of no span are always there and have 0.
public struct LIME: AttributionMethod {
    /// Which number is measured.
    public var objective: AttributionObjective
    /// What it means that a token is not there.
    public var replacement: TokenReplacement
    /// Runs of tokens that come and go together, in order; nil for the text's lines.
    public var spans: [Range<Int>]?
    /// Samples, the intact text among them.
    public var samples: Int
    /// How far from the intact text samples count.
    public var kernelWidth: Double
    /// The penalty on squares of coefficients.
    public var ridge: Double
    /// What the draws are a function of.
    public var seed: UInt64

    /// The method's name.
    public let name = "lime"

    /// Creates the method, by default of the log-probability, over lines and with mean embeddings.
    public init(
        _ objective: AttributionObjective = .logProbability,
        replacement: TokenReplacement = .meanEmbedding, spans: [Range<Int>]? = nil,
        samples: Int = 256, kernelWidth: Double = 0.25, ridge: Double = 1, seed: UInt64 = 0
    ) {
        self.objective = objective
        self.replacement = replacement
        self.spans = spans
        self.samples = samples
        self.kernelWidth = kernelWidth
        self.ridge = ridge
        self.seed = seed
    }

    /// Explains predictions.
    ///
    /// - Parameters:
    ///   - targets: Which predictions.
    ///   - text: The text.
    /// - Returns: One attribution a target, signed, with `fit.r2` among its diagnostics: the share of
    ///   the samples' weighted variance that the linear model explains.
    /// - Throws: ``AttributionFailure``.
    /// - Complexity: The rows from the first absent token on, for every sample, and O(spans³).
    public func attribute(
        _ targets: [AttributionTarget], in text: AttributedText
    ) throws(AttributionFailure) -> [Attribution] {
        guard samples > 1 else {
            throw .invalidSetting(name: "samples", reason: "must be at least 2")
        }
        guard kernelWidth > 0, ridge >= 0 else {
            throw .invalidSetting(
                name: "kernelWidth and ridge", reason: "must be above 0, and 0 or more")
        }
        var attributions: [Attribution] = []
        for target in try text.checked(targets) {
            attributions.append(try attribute(target, text))
        }
        return attributions
    }

    private func attribute(
        _ target: CheckedTarget, _ text: AttributedText
    ) throws(AttributionFailure) -> Attribution {
        let players = try text.players(spans, before: target)
        let presences = presences(of: players.count)
        let values = try text.values(
            of: objective, target, players, replacement, coalitions: presences)
        let weights = presences.map(weight)
        var problem = LeastSquares(unknowns: players.count + 1)
        // Around the intact value, so that the intercept stays small beside what is told apart.
        for (presence, (value, weight)) in zip(presences, zip(values, weights)) {
            problem.add(
                presence.map { $0 ? 1 : 0 } + [1], equals: value - values[0], weight: weight)
        }
        let solution = problem.solution(
            penalties: Array(repeating: ridge, count: players.count) + [0])
        let fitted = presences.map { presence in
            zip(presence, solution).reduce(solution[players.count]) { $0 + ($1.0 ? $1.1 : 0) }
        }
        return Attribution(
            method: name,
            settings: [
                "objective": objective.rawValue, "replacement": replacement.rawValue,
                "spans": spelled(players), "samples": String(samples),
                "kernelWidth": "\(kernelWidth)", "ridge": "\(ridge)", "seed": String(seed),
            ].merging(target.settings) { $1 },
            target: target.token, targetID: target.id,
            scores: spread(
                Array(solution.prefix(players.count)), over: players, count: target.row + 1),
            isSigned: true,
            diagnostics: [
                "fit.r2": Self.share(of: values.map { $0 - values[0] }, fitted, weights)
            ])
    }

    /// Which spans are there in each sample; in the first, all.
    private func presences(of players: Int) -> [[Bool]] {
        let draws = CounterNoise(seed: seed)
        return (0..<samples).map { sample in
            guard sample > 0, players > 0 else { return Array(repeating: true, count: players) }
            let absent = 1 + Int(draws.uniform(index: sample, id: -1) * Double(players))
            let chosen = Set(draws.order(index: sample, count: players).prefix(absent))
            return (0..<players).map { !chosen.contains($0) }
        }
    }

    private func weight(_ presence: [Bool]) -> Double {
        let there = presence.reduce(0.0) { $0 + ($1 ? 1 : 0) }
        let distance = presence.isEmpty ? 0 : 1 - (there / Double(presence.count)).squareRoot()
        let ratio = distance / kernelWidth
        return exp(-ratio * ratio).squareRoot()
    }

    private static func share(
        of values: [Double], _ fitted: [Double], _ weights: [Double]
    ) -> Double {
        let total = weights.reduce(0, +)
        let mean = zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 } / total
        var (rest, all) = (0.0, 0.0)
        for index in values.indices {
            let (error, distance) = (values[index] - fitted[index], values[index] - mean)
            rest += weights[index] * error * error
            all += weights[index] * distance * distance
        }
        return all > 0 ? 1 - rest / all : 1
    }
}
