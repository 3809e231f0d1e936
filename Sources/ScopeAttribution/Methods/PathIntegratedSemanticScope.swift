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
        let checked = try text.checked(targets)
        let input = text.embeddings(text.rowCount(checked))
        let origin = Tensor<Float>(rows: input.rows, columns: input.columns)
        var sums = GradientSums(targets: targets.count, rows: input.rows, width: input.columns)
        try text.gradients(
            of: .rawLogit, checked, passes: scales.count,
            input: { (pass) throws(AttributionFailure) in origin.way(to: input, scales[pass]) },
            each: { sums.add($2, to: $1, times: 1 / Double(scales.count)) })
        return checked.enumerated().map { index, target in
            let scores = sums.scores(index, upTo: target.row) { sums, _ in
                zip(sums.indices, sums).reduce(0.0) { total, pair in
                    let product = (last - first) * Double(input.storage[pair.0]) * pair.1
                    return total + product * product
                }.squareRoot()
            }
            return Attribution(
                method: name,
                settings: ["scales": scales.map { "\($0)" }.joined(separator: " ")]
                    .merging(target.settings) { $1 },
                target: target.token, targetID: target.id, scores: scores, isSigned: false)
        }
    }
}
