internal import ScopeFiles
internal import ScopeTrace

/// How features are weighed: a logistic regression over ``SuspicionFeatures``.
///
/// Kept as a text: a line names a feature and its weight; `intercept` and the limits stand there too. A line that
/// begins with `#` says something to readers.
public struct SuspicionModel: Hashable, Sendable {
    /// The weights, in the order of ``SuspicionFeatures/names``.
    public var regression: LogisticRegression
    /// The score from which on a unit is named.
    public var noteLimit: Double
    /// The score from which on a unit is named as a warning.
    public var warningLimit: Double

    /// Makes a model.
    ///
    /// - Parameters:
    ///   - regression: A weight for each of ``SuspicionFeatures/names``.
    ///   - noteLimit: The score from which on a unit is named.
    ///   - warningLimit: The score from which on a unit is named as a warning.
    public init(regression: LogisticRegression, noteLimit: Double, warningLimit: Double) {
        precondition(
            regression.weights.count == SuspicionFeatures.names.count,
            "there is a weight for each feature")
        self.regression = regression
        self.noteLimit = noteLimit
        self.warningLimit = warningLimit
    }

    /// Reads a model.
    ///
    /// - Parameters:
    ///   - text: Lines of a name and a number.
    ///   - file: What messages call the text.
    /// - Throws: ``AuditFailure/invalidTable(file:line:reason:)`` for a line that is none, and for a name
    ///   that is missing.
    public init(text: String, file: String) throws(AuditFailure) {
        var numbers: [String: Double] = [:]
        let known = Set(SuspicionFeatures.names + ["intercept", "note", "warning"])
        for (number, line) in text.split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline
        ).enumerated() {
            let words = line.split(separator: " ")
            guard let name = words.first.map(String.init), !name.hasPrefix("#") else { continue }
            guard words.count == 2, let value = Double(words[1]), value.isFinite else {
                throw .invalidTable(file: file, line: number + 1, reason: "is no name and number")
            }
            guard known.contains(name) else {
                throw .invalidTable(
                    file: file, line: number + 1, reason: "\"\(name.prefix(80))\" is no feature")
            }
            numbers[name] = value
        }
        func number(_ name: String) throws(AuditFailure) -> Double {
            guard let value = numbers[name] else {
                throw .invalidTable(file: file, line: 0, reason: "has no \(name)")
            }
            return value
        }
        var weights: [Double] = []
        for name in SuspicionFeatures.names { weights.append(try number(name)) }
        self.init(
            regression: LogisticRegression(intercept: try number("intercept"), weights: weights),
            noteLimit: try number("note"), warningLimit: try number("warning"))
    }

    /// The model as a text that ``init(text:file:)`` reads.
    public var text: String {
        var lines = [
            "intercept \(regression.intercept)", "note \(noteLimit)", "warning \(warningLimit)",
        ]
        for (name, weight) in zip(SuspicionFeatures.names, regression.weights) {
            lines.append("\(name) \(weight)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The probability that a unit is the changed one, on the mutants that the model was fitted on.
    ///
    /// - Parameter features: The unit's features.
    /// - Returns: A number from 0 to 1.
    public func score(_ features: SuspicionFeatures) -> Double {
        regression.probability(of: features.values)
    }
}
