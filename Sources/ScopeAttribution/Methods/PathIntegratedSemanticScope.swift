internal import ScopeTensor
public import ScopeTrace
internal import ScopeTransformer

/// The Jacobian Scopes authors' path-integrated Semantic scope (arXiv 2601.16407, research code):
/// the mean over some scales of the input of the raw logit's gradient, times the way between the
/// smallest and the largest scale, as a length; unsigned.
public struct PathIntegratedSemanticScope: AttributionMethod {
    /// The factors on the input, the smallest first.
    public var scales: [Double]

    /// The method's name.
    public let name = "path-integrated-semantic"

    /// Creates the scope, by default with the scales of the authors' library.
    public init(scales: [Double] = [0.2, 0.4, 0.6, 0.8, 1]) {
        self.scales = scales
    }

    /// Explains predictions.
    ///
    /// - Parameters:
    ///   - targets: Which predictions.
    ///   - text: The text.
    /// - Returns: One attribution a target, unsigned.
    /// - Throws: ``AttributionFailure``.
    /// - Complexity: One pass forth and, for each target, one back at every scale.
    public func attribute(
        _ targets: [AttributionTarget], in text: AttributedText
    ) throws(AttributionFailure) -> [Attribution] {
        guard let first = scales.first, let last = scales.last, scales.count > 1 else {
            throw .invalidSetting(name: "scales", reason: "must be at least 2")
        }
        var checked: [CheckedTarget] = []
        for target in targets { checked.append(try text.checked(target)) }
        let origin = Tensor<Float>(rows: text.embeddings.rows, columns: text.embeddings.columns)
        var sums = targets.map { _ in [Double](repeating: 0, count: origin.storage.count) }
        for scale in scales {
            let tape = try text.record(between: origin, place: scale)
            var probes: [GradientProbe<Float>] = []
            for target in checked {
                probes.append(
                    try AttributionObjective.rawLogit.probe(
                        target, hiddenState: tape.state(target.row), text.model))
            }
            let gradients = try AttributionFailure.wrappingModel { () throws(ModelFailure) in
                try text.model.inputGradients(of: tape, probes)
            }
            for (index, gradient) in gradients.enumerated() {
                for place in gradient.storage.indices {
                    sums[index][place] += Double(gradient.storage[place]) / Double(scales.count)
                }
            }
        }
        let width = origin.columns
        return zip(checked, sums).map { target, sum in
            let scores = (0...target.row).map { row in
                (row * width..<(row + 1) * width).reduce(0.0) { total, place in
                    let way = (last - first) * Double(text.embeddings.storage[place])
                    return total + way * way * sum[place] * sum[place]
                }.squareRoot()
            }
            return Attribution(
                method: name,
                settings: ["scales": scales.map { "\($0)" }.joined(separator: " ")],
                target: target.token, targetID: target.id, scores: scores, isSigned: false)
        }
    }
}
