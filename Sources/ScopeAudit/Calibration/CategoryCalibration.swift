public import ScopeCode
internal import ScopeMetrics
public import ScopeTrace

/// Calibration of a model's first choices by category of syntax.
///
/// **Definition.** A prediction is the model's first choice for a token, its confidence the probability p₁, and
/// it is correct where the token is the first choice. The category is that of the token that stands there.
/// **Cost.** None beyond a trace with `AlternativesObserver` and the rank.
/// **Error rates.** The article *How far to trust a finding* has errors before and after calibration.
public struct CategoryCalibration: Sendable {
    /// The categories' maps.
    public var maps: [String: CalibrationMap]
    /// The map of categories with too little to learn from.
    public var common: CalibrationMap

    /// Fits a map for each category.
    ///
    /// - Parameters:
    ///   - predictions: Predictions by category; at least one in all.
    ///   - least: Predictions that a category needs for a map of its own.
    ///   - fit: How a map is fitted, such as ``CalibrationMap/fittedIsotonic(_:)``.
    /// - Complexity: That of `fit`, twice.
    public init(
        fitting predictions: [String: [Prediction]], least: Int = 200,
        by fit: ([Prediction]) -> CalibrationMap
    ) {
        let all = predictions.keys.sorted().flatMap { predictions[$0] ?? [] }
        common = fit(all)
        maps = predictions.filter { $0.value.count >= least }.mapValues(fit)
    }

    /// The map of a category.
    public subscript(category: String) -> CalibrationMap { maps[category] ?? common }

    /// The predictions of a trace by category: `identifier`, `keyword`, `operator`, `delimiter`, `literal`, and others
    /// as ``/ScopeCode/SyntaxClass`` has them.
    ///
    /// - Parameters:
    ///   - trace: A trace with `alternative_probabilities` and `rank`.
    ///   - source: The document with its tree.
    /// - Returns: The predictions; tokens that lack either, or lie outside the document, give none.
    /// - Complexity: O(tokens + nodes).
    public static func predictions(
        of trace: TokenTrace, over source: SyntaxSource
    ) -> [String: [Prediction]] {
        let classes = CodeAggregator().classes(of: trace, over: [source])
        let ranks = trace.metrics.column(named: "rank")
        let choices = trace[.alternativeProbabilities]
        var result: [String: [Prediction]] = [:]
        for token in trace.tokens {
            guard let category = classes[token.index.rawValue]?.category,
                let rank = ranks?[token.index.rawValue]?.number,
                let first = choices?[token.index]?.values.first
            else { continue }
            result[category, default: []].append(
                Prediction(confidence: min(1, first), isCorrect: rank == 1))
        }
        return result
    }
}
