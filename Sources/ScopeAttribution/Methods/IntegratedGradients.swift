internal import ScopeTensor
public import ScopeTrace
internal import ScopeTransformer

/// Integrated gradients (Sundararajan et al., 2017): the gradient's mean on the straight way from a
/// baseline to the input, times the difference of the two; signed.
///
/// Scores sum to the objective's difference between input and baseline, but for the completeness
/// gap, which is always reported. A baseline of zeros is a singular end under norms that do not see
/// the length of their input: most of the change lies next to it, and a plain rule misses it.
public struct IntegratedGradients: AttributionMethod {
    /// Where the way begins.
    public enum Baseline: Hashable, Sendable {
        /// The mean of the rows of the embedding table: no token, and far from the singular origin.
        case meanEmbedding
        /// A token's row at every position.
        case token(Int)
        /// Zeros.
        case zero
    }

    /// Which number is differentiated.
    public var objective: AttributionObjective
    /// Where the way begins.
    public var baseline: Baseline
    /// Where gradients are taken.
    public var rule: QuadratureRule

    /// The method's name.
    public let name = "integrated-gradients"

    /// Creates the method, by default on a way that avoids the singular end.
    public init(
        _ objective: AttributionObjective = .logit, baseline: Baseline = .meanEmbedding,
        rule: QuadratureRule = .gaussLegendre(32)
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
    /// - Returns: One attribution a target, signed, with `completeness.gap`, `value.input` and
    ///   `value.baseline` among its diagnostics.
    /// - Throws: ``AttributionFailure``.
    /// - Complexity: One pass forth and, for each target, one back at every node.
    public func attribute(
        _ targets: [AttributionTarget], in text: AttributedText
    ) throws(AttributionFailure) -> [Attribution] {
        try rule.check()
        let checked = try text.checked(targets)
        let input = text.embeddings(text.rowCount(checked))
        let start = try baseline.rows(input.rows, text)
        var sums = GradientSums(targets: targets.count, rows: input.rows, width: input.columns)
        let nodes = rule.nodes
        try text.gradients(
            of: objective, checked, passes: nodes.count,
            input: { (node) throws(AttributionFailure) in
                start.way(to: input, nodes[node].place)
            },
            each: { sums.add($2, to: $1, times: nodes[$0].weight) })
        let own = try text.intactValues(objective, checked)
        let other = try text.values(objective, checked, at: start)
        return checked.enumerated().map { index, target in
            let scores = sums.scores(index, upTo: target.row) { sums, _ in
                zip(sums.indices, sums).reduce(0.0) { total, pair in
                    let way = Double(input.storage[pair.0]) - Double(start.storage[pair.0])
                    return total + way * pair.1
                }
            }
            return Attribution(
                method: name,
                settings: [
                    "objective": objective.rawValue, "baseline": baseline.name,
                    "rule": rule.name, "nodes": String(rule.count),
                ].merging(target.settings) { $1 },
                target: target.token, targetID: target.id, scores: scores, isSigned: true,
                diagnostics: [
                    "completeness.gap": scores.reduce(0, +) - (own[index] - other[index]),
                    "value.input": own[index], "value.baseline": other[index],
                ])
        }
    }
}

extension AttributedText {
    /// The mean of the embedding table's rows.
    func meanEmbedding() throws(AttributionFailure) -> [Float] {
        let size = model.configuration.vocabularySize
        var sums = [Double](repeating: 0, count: embeddings.columns)
        for start in stride(from: 0, to: size, by: 4096) {
            let ids = Array(start..<min(start + 4096, size))
            let rows = try AttributionFailure.wrappingModel { () throws(ModelFailure) in
                try model.embeddings(of: ids)
            }
            for row in ids.indices {
                for column in sums.indices { sums[column] += Double(rows[row, column]) }
            }
        }
        return sums.map { Float($0 / Double(size)) }
    }
}
