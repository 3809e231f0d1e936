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
        guard rule.count > 0 else {
            throw .invalidSetting(name: "rule", reason: "must have at least 1 node")
        }
        var checked: [CheckedTarget] = []
        for target in targets { checked.append(try text.checked(target)) }
        let start = try startingPoint(text)
        var sums = targets.map { _ in [Double](repeating: 0, count: start.storage.count) }
        for node in rule.nodes {
            let tape = try text.record(between: start, place: node.place)
            var probes: [GradientProbe<Float>] = []
            for target in checked {
                probes.append(
                    try objective.probe(
                        target, hiddenState: tape.state(target.row), text.model))
            }
            let gradients = try AttributionFailure.wrappingModel { () throws(ModelFailure) in
                try text.model.inputGradients(of: tape, probes)
            }
            for (index, gradient) in gradients.enumerated() {
                for place in gradient.storage.indices {
                    sums[index][place] += node.weight * Double(gradient.storage[place])
                }
            }
        }
        let base = try text.record(between: start, place: 0)
        var attributions: [Attribution] = []
        for (target, sum) in zip(checked, sums) {
            attributions.append(try attribution(target, sum, start, base, text))
        }
        return attributions
    }

    private func attribution(
        _ target: CheckedTarget, _ sum: [Double], _ start: Tensor<Float>,
        _ base: GradientTape<Float>, _ text: AttributedText
    ) throws(AttributionFailure) -> Attribution {
        let width = start.columns
        let scores = (0...target.row).map { row in
            (row * width..<(row + 1) * width).reduce(0.0) { total, place in
                let way = Double(text.embeddings.storage[place]) - Double(start.storage[place])
                return total + way * sum[place]
            }
        }
        let own = try objective.value(
            target, hiddenState: text.hiddenState(target.row), text.model)
        let other = try objective.value(target, hiddenState: base.state(target.row), text.model)
        return Attribution(
            method: name,
            settings: [
                "objective": objective.rawValue, "baseline": baselineName,
                "rule": rule.name, "nodes": String(rule.count),
            ].merging(target.settings) { $1 },
            target: target.token, targetID: target.id, scores: scores, isSigned: true,
            diagnostics: [
                "completeness.gap": scores.reduce(0, +) - (own - other),
                "value.input": own, "value.baseline": other,
            ])
    }

    private var baselineName: String {
        switch baseline {
        case .meanEmbedding: "mean-embedding"
        case .token(let id): "token \(id)"
        case .zero: "zero"
        }
    }

    private func startingPoint(
        _ text: AttributedText
    ) throws(AttributionFailure) -> Tensor<Float> {
        let rows = text.embeddings.rows
        switch baseline {
        case .zero:
            return Tensor(rows: rows, columns: text.embeddings.columns)
        case .token(let id):
            return try AttributionFailure.wrappingModel { () throws(ModelFailure) in
                try text.model.embeddings(of: Array(repeating: id, count: rows))
            }
        case .meanEmbedding:
            let mean = try text.meanEmbedding()
            return Tensor(
                rows: rows, columns: mean.count,
                values: (0..<rows).flatMap { _ in mean })
        }
    }
}

extension AttributedText {
    /// A pass from somewhere on the straight way between a starting point and the text.
    func record(
        between start: Tensor<Float>, place: Double
    ) throws(AttributionFailure) -> GradientTape<Float> {
        var moved = start
        for index in moved.storage.indices {
            moved.storage[index] +=
                Float(place) * (embeddings.storage[index] - start.storage[index])
        }
        return try AttributionFailure.wrappingModel { () throws(ModelFailure) in
            try model.record(moved)
        }
    }

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

extension GradientTape<Float> {
    /// The final hidden state of a row.
    func state(_ row: Int) -> Tensor<Float> { Tensor(vector: Array(hiddenStates.slice(row))) }
}
