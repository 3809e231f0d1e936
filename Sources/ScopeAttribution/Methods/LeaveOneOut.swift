internal import ScopeTensor
public import ScopeTrace
internal import ScopeTransformer

/// Leave-one-out: what the objective loses when one token's embedding is replaced; signed, positive
/// where the token helped.
///
/// The position stays and takes its share of attention: what "nothing there" means differs between
/// families, as biases make keys and values even of zeros.
public struct LeaveOneOut: AttributionMethod {
    /// What stands in a token's place.
    public enum Replacement: String, CaseIterable, Sendable {
        /// The mean of the rows of the embedding table.
        case meanEmbedding = "mean-embedding"
        /// Zeros.
        case zero
    }

    /// Which number is measured.
    public var objective: AttributionObjective
    /// What stands in a token's place.
    public var replacement: Replacement

    /// The method's name.
    public var name: String { "leave-one-out-\(replacement.rawValue)" }

    /// Creates the method, by default of the log-probability and with zeros.
    public init(
        _ objective: AttributionObjective = .logProbability, replacement: Replacement = .zero
    ) {
        self.objective = objective
        self.replacement = replacement
    }

    /// Explains predictions.
    ///
    /// - Parameters:
    ///   - targets: Which predictions.
    ///   - text: The text.
    /// - Returns: One attribution a target, signed.
    /// - Throws: ``AttributionFailure``.
    /// - Complexity: One forward pass for every token before the last target.
    public func attribute(
        _ targets: [AttributionTarget], in text: AttributedText
    ) throws(AttributionFailure) -> [Attribution] {
        var attributions: [Attribution] = []
        var checked: [CheckedTarget] = []
        for target in targets { checked.append(try text.checked(target)) }
        for target in checked {
            attributions.append(
                Attribution(
                    method: name,
                    settings: ["objective": objective.rawValue].merging(target.settings) { $1 },
                    target: target.token, targetID: target.id,
                    scores: Array(repeating: 0, count: target.row + 1), isSigned: true))
        }
        let width = text.embeddings.columns
        let row =
            replacement == .zero
            ? Array(repeating: Float(0), count: width) : try text.meanEmbedding()
        var intact: [Double] = []
        for target in checked {
            intact.append(
                try objective.value(
                    target, hiddenState: text.hiddenState(target.row), text.model))
        }
        for token in 0...(checked.map(\.row).max() ?? 0) {
            var changed = text.embeddings
            changed.storage.replaceSubrange(token * width..<(token + 1) * width, with: row)
            let tape = try AttributionFailure.wrappingModel { () throws(ModelFailure) in
                try text.model.record(changed, memory: .inputs) { (_) throws(ModelFailure) in }
            }
            for (index, target) in checked.enumerated() where token <= target.row {
                let value = try objective.value(
                    target, hiddenState: tape.state(target.row), text.model)
                attributions[index].scores[token] = intact[index] - value
            }
        }
        return attributions
    }
}
