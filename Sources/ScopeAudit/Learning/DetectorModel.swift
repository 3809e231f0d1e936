/// What a detector judges a case by: numbers under names that never change.
public protocol DetectorFeatures: Sendable {
    /// The names, in the order of ``values``.
    static var names: [String] { get }

    /// The numbers.
    var values: [Double] { get }
}

/// How a detector weighs features: a logistic regression, and the scores from which on a case is named.
///
/// Kept as a text: a line names a feature and its weight; `intercept` and the limits stand there too, and so
/// do `model` and `language`, what the weights were fitted on. A line that begins with `#` says something to
/// readers.
public struct DetectorModel<Features: DetectorFeatures>: Hashable, Sendable {
    /// The weights, in the order of the features' names.
    public var regression: LogisticRegression
    /// The score from which on a case is named.
    public var noteLimit: Double
    /// The score from which on a case is named as a warning.
    public var warningLimit: Double
    /// The fingerprint of the model whose numbers the weights were fitted on, or of which a tuned copy's; nil
    /// where that is not known.
    public var modelFingerprint: String?
    /// The language of the code that the weights were fitted on; nil where that is not known.
    public var language: String?

    /// Makes a model.
    ///
    /// - Parameters:
    ///   - regression: A weight for each of the features' names.
    ///   - noteLimit: The score from which on a case is named.
    ///   - warningLimit: The score from which on a case is named as a warning.
    ///   - modelFingerprint: The fingerprint of the model whose numbers the weights were fitted on.
    ///   - language: The language of the code that the weights were fitted on.
    public init(
        regression: LogisticRegression, noteLimit: Double, warningLimit: Double,
        modelFingerprint: String? = nil, language: String? = nil
    ) {
        precondition(
            regression.weights.count == Features.names.count, "there is a weight for each feature")
        self.regression = regression
        self.noteLimit = noteLimit
        self.warningLimit = warningLimit
        self.modelFingerprint = modelFingerprint
        self.language = language
    }

    /// Reads a model.
    ///
    /// - Parameters:
    ///   - text: Lines of a name and a number, or of `model` or `language` and a word.
    ///   - file: What messages call the text.
    /// - Throws: ``AuditFailure/invalidTable(file:line:reason:)`` for a line that is none, and for a name
    ///   that is missing.
    public init(text: String, file: String) throws(AuditFailure) {
        let numbers = try NamedNumbers(
            text, names: Features.names + ["intercept", "note", "warning"], file: file)
        self.init(
            regression: LogisticRegression(
                intercept: try numbers.value("intercept"),
                weights: try numbers.values(Features.names)),
            noteLimit: try numbers.value("note"), warningLimit: try numbers.value("warning"),
            modelFingerprint: numbers.words["model"], language: numbers.words["language"])
    }

    /// Reads a text of this library's own; one that cannot be read, as a test would say, names nothing.
    init(builtIn text: String) {
        let none = LogisticRegression(intercept: 0, weights: Features.names.map { _ in 0 })
        self =
            (try? Self(text: text, file: "tiny-python"))
            ?? Self(regression: none, noteLimit: 2, warningLimit: 2)
    }

    /// The model as a text that ``init(text:file:)`` reads.
    public var text: String {
        var lines = [
            modelFingerprint.map { "model \($0)" }, language.map { "language \($0)" },
            "intercept \(regression.intercept)", "note \(noteLimit)", "warning \(warningLimit)",
        ].compactMap { $0 }
        for (name, weight) in zip(Features.names, regression.weights) {
            lines.append("\(name) \(weight)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Whether the weights were fitted on code of a language as a model reads it: only there a score is a
    /// probability.
    ///
    /// - Parameters:
    ///   - modelFingerprint: The model's fingerprint.
    ///   - language: The language's name.
    /// - Returns: Whether both are those of the fit; false where these are not known.
    public func isFitted(toModel modelFingerprint: String, language: String) -> Bool {
        self.modelFingerprint == modelFingerprint && self.language == language
    }

    /// The probability that a case is what is looked for, among cases as the weights were fitted on.
    ///
    /// - Parameter features: The case's features.
    /// - Returns: A number from 0 to 1.
    public func score(_ features: Features) -> Double {
        regression.probability(of: features.values)
    }
}
