public import ScopeCode
public import ScopeTrace

/// How suspicious a unit of code is.
public struct SuspicionScore: Hashable, Sendable {
    /// The unit, such as a line or a statement.
    public var unit: SyntaxUnit
    /// From 0 to 1; see ``DetectorModel/score(_:)``.
    public var score: Double
    /// What it was judged by.
    public var features: SuspicionFeatures
    /// The tokens of code that it holds.
    public var tokens: Range<TokenIndex>
    /// The bytes of these tokens.
    public var span: Range<Int>
    /// The token that cost most beyond expectation.
    public var dearest: TokenIndex

    /// Makes a score.
    public init(
        unit: SyntaxUnit, score: Double, features: SuspicionFeatures, tokens: Range<TokenIndex>,
        span: Range<Int>, dearest: TokenIndex
    ) {
        self.unit = unit
        self.score = score
        self.features = features
        self.tokens = tokens
        self.span = span
        self.dearest = dearest
    }
}

/// Finds lines and nodes of code that look as if something in them was changed by mistake.
///
/// **Definition.** A unit's tokens of code (blanks and comments aside) give ``SuspicionFeatures``: surprisal,
/// entropy, the closeness of the first two choices, the mass and the lead of what was overruled, each as a mean
/// and as the greatest, whole and by the kind of token, and how surprisal changes at the unit. A logistic
/// regression (``SuspicionModel``) turns them into a score from 0 to 1.
///
/// **Cost.** None beyond the trace, which needs the columns of `attachSuspicionMetrics()`; O(tokens + nodes).
///
/// **Error rates.** Measured on mutants of files that the embedded model was not trained on; the article
/// *How far to trust a finding* has the table. The score is a probability for mutants, where one
/// line of a function is known to be changed: real defects are rarer, and so is a finding's being one.
public struct SuspicionDetector: Sendable {
    /// How features are weighed.
    public var model: SuspicionModel
    /// What is judged.
    public var level: SyntaxLevel
    /// The most findings of a document, the highest scores first.
    public var findingLimit: Int
    /// The most findings of a document in a language, or read by a model, that the weights were not fitted
    /// on; no more than ``findingLimit``.
    public var unfittedLimit: Int

    /// Makes a detector.
    ///
    /// - Parameters:
    ///   - model: How features are weighed.
    ///   - level: What is judged, such as lines, statements or nodes.
    ///   - findingLimit: The most findings of a document.
    ///   - unfittedLimit: The most findings of a document that the weights were not fitted for.
    public init(
        model: SuspicionModel = .tinyPython, level: SyntaxLevel = .line, findingLimit: Int = 10,
        unfittedLimit: Int = 1
    ) {
        self.model = model
        self.level = level
        self.findingLimit = findingLimit
        self.unfittedLimit = unfittedLimit
    }

    /// The score of every unit that holds code other than strings and delimiters.
    ///
    /// - Parameters:
    ///   - trace: The trace of the document, with the columns of `attachSuspicionMetrics()`; features whose
    ///     columns it lacks are 0.
    ///   - source: The document with its tree.
    /// - Returns: The scores in the order of the units.
    /// - Complexity: O(tokens + nodes + units × tokens of a unit).
    public func scores(of trace: TokenTrace, over source: SyntaxSource) -> [SuspicionScore] {
        let signals = TokenSignals(trace, source).signals
        let report = CodeAggregator(levels: [level], metrics: []).report(of: trace, over: [source])
        return (report.folds.first?.units ?? []).compactMap { unit in
            guard let span = unit.span else { return nil }
            // A token that only ends in the unit's first byte belongs to what is before it.
            let first = Self.first(in: signals) { $0.span.upperBound > span.lowerBound }
            let end = Self.first(in: signals) { $0.span.lowerBound >= span.upperBound }
            guard first < end else { return nil }
            let tokens = signals[first..<end]
            guard tokens.contains(where: { $0.kind != .string && $0.kind != .delimiter }),
                let dearest = tokens.max(by: { $0.excess < $1.excess })
            else { return nil }
            let features = SuspicionFeatures(first..<end, in: signals)
            let last = tokens[tokens.endIndex - 1]
            return SuspicionScore(
                unit: unit, score: model.score(features), features: features,
                tokens: tokens[first].place..<TokenIndex(last.place.rawValue + 1),
                span: tokens[first].span.lowerBound..<last.span.upperBound,
                dearest: dearest.place)
        }
    }

    /// The first place that passes a test which all behind it pass, too.
    private static func first(
        in signals: [TokenSignal], _ passes: (TokenSignal) -> Bool
    ) -> Int {
        var (low, high) = (0, signals.count)
        while low < high {
            let middle = (low + high) / 2
            if passes(signals[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
