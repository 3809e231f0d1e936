public import ScopeTrace

/// Leave-one-out: what the objective loses when one token is not there; signed, positive where the
/// token helped.
///
/// What "not there" means is part of the name: see ``TokenReplacement``.
public struct LeaveOneOut: AttributionMethod {
    /// What it means that a token is not there.
    public typealias Replacement = TokenReplacement

    /// Which number is measured.
    public var objective: AttributionObjective
    /// What it means that a token is not there.
    public var replacement: TokenReplacement

    /// The method's name.
    public var name: String { "leave-one-out-\(replacement.rawValue)" }

    /// Creates the method, by default of the log-probability and with zeros.
    public init(
        _ objective: AttributionObjective = .logProbability, replacement: TokenReplacement = .zero
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
    /// - Complexity: For every token before the last target, the rows from it on; all as lanes over
    ///   one cache.
    public func attribute(
        _ targets: [AttributionTarget], in text: AttributedText
    ) throws(AttributionFailure) -> [Attribution] {
        let checked = try text.checked(targets)
        let rows = (checked.map(\.row).max() ?? -1) + 1
        let losses = try text.losses(
            objective, checked, replacement, without: (0..<rows).map { [$0] })
        return checked.enumerated().map { index, target in
            Attribution(
                method: name,
                settings: ["objective": objective.rawValue].merging(target.settings) { $1 },
                target: target.token, targetID: target.id,
                scores: (0...target.row).map { losses[$0][index] ?? 0 }, isSigned: true)
        }
    }
}

extension AttributedText {
    /// What each target's objective loses when some tokens are not there.
    ///
    /// - Parameters:
    ///   - objective: What is measured.
    ///   - targets: Whose objective.
    ///   - replacement: What it means that a token is not there.
    ///   - sets: The tokens of each variant, in order.
    /// - Returns: For each variant and target the loss; nil where no token of the variant stands
    ///   before the target.
    /// - Throws: ``AttributionFailure``.
    func losses(
        _ objective: AttributionObjective, _ targets: [CheckedTarget],
        _ replacement: TokenReplacement, without sets: [[Int]]
    ) throws(AttributionFailure) -> [[Double?]] {
        let intact = try intactValues(objective, targets)
        let concerned = sets.map { set in
            targets.indices.filter { targets[$0].row >= set.first ?? .max }
        }
        let values = try values(
            of: objective, targets,
            in: zip(sets, concerned).map { (tokens: $0, targets: $1) }, replacement)
        return zip(concerned, values).map { concerned, values in
            var losses = [Double?](repeating: nil, count: targets.count)
            for (target, value) in zip(concerned, values) {
                losses[target] = intact[target] - value
            }
            return losses
        }
    }
}
