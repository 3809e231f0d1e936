internal import ScopeTensor
public import ScopeTrace
internal import ScopeTransformer

/// Sequential integrated gradients (Enguehard, 2023, arXiv 2305.15853): for each token the gradient's
/// mean on the way from a baseline to that token's embedding alone, all others as they are, times the
/// difference of the two; signed.
///
/// A score is what the objective loses when the baseline stands in the token's place, so the text
/// around stays a text. Each token's integral is complete for itself: `completeness.gap` is the sum of
/// the scores minus the sum of those losses, `completeness.largestGap` the largest difference of one.
public struct SequentialIntegratedGradients: AttributionMethod {
    /// Which number is differentiated.
    public var objective: AttributionObjective
    /// What stands in each token's place in turn.
    public var baseline: IntegratedGradients.Baseline
    /// Where gradients are taken.
    public var rule: QuadratureRule

    /// The method's name.
    public let name = "sequential-integrated-gradients"

    /// Creates the method.
    public init(
        _ objective: AttributionObjective = .logit,
        baseline: IntegratedGradients.Baseline = .meanEmbedding,
        rule: QuadratureRule = .gaussLegendre(8)
    ) {
        self.objective = objective
        self.baseline = baseline
        self.rule = rule
    }

    /// Explains predictions.
    ///
    /// - Parameters:
    ///   - targets: Which predictions.
    ///   - text: The text.
    /// - Returns: One attribution a target, signed.
    /// - Throws: ``AttributionFailure``.
    /// - Complexity: For every token before the last target and every node one pass forth and, for each
    ///   target behind the token, one back; and a pass forth for every token's gap.
    public func attribute(
        _ targets: [AttributionTarget], in text: AttributedText
    ) throws(AttributionFailure) -> [Attribution] {
        try rule.check()
        let checked = try text.checked(targets)
        let input = text.embeddings(text.rowCount(checked))
        let start = try baseline.rows(1, text).storage
        let own = try text.intactValues(objective, checked)
        var scores = checked.map { Array(repeating: 0.0, count: $0.row + 1) }
        var gaps = scores
        for token in 0..<(checked.map(\.row).max() ?? -1) + 1 {
            let concerned = checked.indices.filter { checked[$0].row >= token }
            let some = concerned.map { checked[$0] }
            for node in rule.nodes {
                try text.gradients(
                    of: objective, some, passes: 1,
                    input: { (_) throws(AttributionFailure) in
                        input.moving(token, from: start, node.place)
                    },
                    each: { _, place, gradient in
                        var product = 0.0
                        for (column, slope) in gradient.slice(token).enumerated() {
                            let way = Double(input[token, column]) - Double(start[column])
                            product += way * Double(slope)
                        }
                        scores[concerned[place]][token] += node.weight * product
                    })
            }
            let without = try text.values(objective, some, at: input.moving(token, from: start, 0))
            for (target, value) in zip(concerned, without) {
                gaps[target][token] = scores[target][token] - (own[target] - value)
            }
        }
        return checked.enumerated().map { index, target in
            Attribution(
                method: name,
                settings: [
                    "objective": objective.rawValue, "baseline": baseline.name,
                    "rule": rule.name, "nodes": String(rule.count),
                ].merging(target.settings) { $1 },
                target: target.token, targetID: target.id, scores: scores[index], isSigned: true,
                diagnostics: [
                    "completeness.gap": gaps[index].reduce(0, +),
                    "completeness.largestGap": gaps[index].reduce(0) { max($0, abs($1)) },
                    "value.input": own[index],
                ])
        }
    }
}

extension Tensor<Float> {
    /// One row at a share of the way from a start to where it is, the others as they are.
    fileprivate func moving(_ row: Int, from start: [Float], _ share: Double) -> Tensor<Float> {
        var moved = self
        for column in start.indices {
            moved[row, column] = start[column] + Float(share) * (self[row, column] - start[column])
        }
        return moved
    }
}
