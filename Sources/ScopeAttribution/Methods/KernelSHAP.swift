internal import ScopeDecoding
public import ScopeTrace

/// Kernel SHAP (Lundberg and Lee, 2017, arXiv 1705.07874): Shapley values of spans, by weighted least
/// squares over coalitions of spans; signed.
///
/// Exact where ``samples`` reaches the number of coalitions that are neither empty nor whole; otherwise
/// coalitions are drawn by the kernel's weights, each with its complement. A span's value is shared
/// equally among its tokens; tokens of no span are always there and have 0.
public struct KernelSHAP: AttributionMethod {
    /// Which number is measured.
    public var objective: AttributionObjective
    /// What it means that a token is not there.
    public var replacement: TokenReplacement
    /// Runs of tokens that come and go together, in order; nil for the text's lines.
    public var spans: [Range<Int>]?
    /// The most coalitions that are measured beside the empty and the whole one.
    public var samples: Int
    /// What the draws are a function of.
    public var seed: UInt64

    /// The method's name.
    public let name = "kernel-shap"

    /// Creates the method, by default of the log-probability, over lines and with mean embeddings.
    public init(
        _ objective: AttributionObjective = .logProbability,
        replacement: TokenReplacement = .meanEmbedding, spans: [Range<Int>]? = nil,
        samples: Int = 256, seed: UInt64 = 0
    ) {
        self.objective = objective
        self.replacement = replacement
        self.spans = spans
        self.samples = samples
        self.seed = seed
    }

    /// Explains predictions.
    ///
    /// - Parameters:
    ///   - targets: Which predictions.
    ///   - text: The text.
    /// - Returns: One attribution a target, signed; the scores sum to what the objective loses without
    ///   any span. `diagnostics` hold `value.input`, `value.baseline` and `coalitions`.
    /// - Throws: ``AttributionFailure``.
    /// - Complexity: The rows from the first absent token on, for every coalition, and O(spans³).
    public func attribute(
        _ targets: [AttributionTarget], in text: AttributedText
    ) throws(AttributionFailure) -> [Attribution] {
        guard samples > 1 else {
            throw .invalidSetting(name: "samples", reason: "must be at least 2")
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
        let coalitions = coalitions(of: players.count)
        let ends = [true, false].map { Array(repeating: $0, count: players.count) }
        let values = try text.values(
            of: objective, target, players, replacement,
            coalitions: ends + coalitions.map(\.members))
        let (own, base) = (values[0], values[1])
        var shares: [Double] = []
        if let last = players.indices.last {
            // The shares sum to the difference: the last one is what the others leave.
            var problem = LeastSquares(unknowns: last)
            for (coalition, value) in zip(coalitions, values.dropFirst(2)) {
                let hasLast = coalition.members[last]
                let row = (0..<last).map { index in
                    (coalition.members[index] ? 1.0 : 0) - (hasLast ? 1 : 0)
                }
                problem.add(
                    row, equals: value - base - (hasLast ? own - base : 0),
                    weight: coalition.weight)
            }
            shares = problem.solution(penalties: Array(repeating: 0, count: last))
            shares.append(own - base - shares.reduce(0, +))
        }
        return Attribution(
            method: name,
            settings: [
                "objective": objective.rawValue, "replacement": replacement.rawValue,
                "spans": spelled(players), "samples": String(samples), "seed": String(seed),
            ].merging(target.settings) { $1 },
            target: target.token, targetID: target.id,
            scores: spread(shares, over: players, count: target.row + 1), isSigned: true,
            diagnostics: [
                "value.input": own, "value.baseline": base,
                "coalitions": Double(coalitions.count),
            ])
    }

    /// Coalitions that are neither empty nor whole, with what each counts.
    private func coalitions(of players: Int) -> [(members: [Bool], weight: Double)] {
        guard players > 1 else { return [] }
        if players < 31, (1 << players) - 2 <= samples {
            return (1..<(1 << players) - 1).map { bits in
                let members = (0..<players).map { bits >> $0 & 1 == 1 }
                let size = members.reduce(0) { $0 + ($1 ? 1 : 0) }
                return (members: members, weight: Self.weight(size, of: players))
            }
        }
        // Sizes by their share of the kernel; within a size all coalitions are alike.
        let draws = CounterNoise(seed: seed)
        let sizes = (1..<players).map { 1 / (Double($0) * Double(players - $0)) }
        let total = sizes.reduce(0, +)
        return (0..<samples / 2).flatMap { pair -> [(members: [Bool], weight: Double)] in
            var rest = draws.uniform(index: pair, id: -1) * total
            var size = 1
            while size < players - 1, rest >= sizes[size - 1] {
                rest -= sizes[size - 1]
                size += 1
            }
            let chosen = Set(draws.order(index: pair, count: players).prefix(size))
            let members = (0..<players).map { chosen.contains($0) }
            return [(members: members, weight: 1), (members: members.map { !$0 }, weight: 1)]
        }
    }

    /// The Shapley kernel `(n − 1) / (C(n, k) k (n − k))`.
    private static func weight(_ size: Int, of players: Int) -> Double {
        let ways = (0..<size).reduce(1.0) {
            $0 * Double(players - $1) / Double($1 + 1)
        }
        return Double(players - 1) / (ways * Double(size) * Double(players - size))
    }
}
