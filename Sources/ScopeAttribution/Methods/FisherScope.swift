internal import ScopeTensor
public import ScopeTrace
internal import ScopeTransformer

/// The Fisher scope: how much a unit change of each input embedding moves the whole distribution of
/// the next token (Jacobian Scopes, arXiv 2601.16407): `tr(J_tᵀ F J_t)`, with `F` the Fisher
/// information of that distribution seen from the final hidden state.
///
/// A squared quantity, and near 0 where the model is certain: comparable inside one position only.
/// `F = E_{v∼q} (w_v − w̄)(w_v − w̄)ᵀ`, so that no matrix of the hidden size is ever built: the most
/// likely tokens' rows span it, and the eigenvectors come from their Gram matrix.
public struct FisherScope: AttributionMethod {
    /// How much of the Fisher information is used.
    public enum Rank: Hashable, Sendable {
        /// All of it, over the candidates.
        case full
        /// Its largest eigenvalues.
        case largest(Int)
    }

    /// How much of the Fisher information is used.
    public var rank: Rank
    /// How many of the most likely tokens stand for the vocabulary; nil for all of it.
    public var candidates: Int?
    /// Whether bias, factor and cap of the head count, as they do for the model's own distribution;
    /// the authors' code leaves them out.
    public var objective: AttributionObjective

    /// The method's name.
    public let name = "fisher"

    /// Creates the scope.
    ///
    /// - Parameters:
    ///   - rank: How many directions are followed back.
    ///   - candidates: How many of the most likely tokens stand for the vocabulary.
    ///   - objective: ``AttributionObjective/logit`` for the model's own distribution,
    ///     ``AttributionObjective/rawLogit`` for the authors'.
    public init(
        rank: Rank = .largest(4), candidates: Int? = 128, objective: AttributionObjective = .logit
    ) {
        self.rank = rank
        self.candidates = candidates
        self.objective = objective
    }

    /// Explains predictions; as many ways back a target as directions.
    ///
    /// `diagnostics` hold `fisher.trace`, the part of it that is left out (`fisher.discarded`, as a
    /// share), and the eigenvalues followed back (`fisher.eigenvalue.1` …).
    ///
    /// - Parameters:
    ///   - targets: Which predictions; their ids do not matter.
    ///   - text: The text.
    /// - Returns: One attribution a target, unsigned.
    /// - Throws: ``AttributionFailure``.
    /// - Complexity: O(candidates² · hidden size + candidates³) and the ways back.
    public func attribute(
        _ targets: [AttributionTarget], in text: AttributedText
    ) throws(AttributionFailure) -> [Attribution] {
        try check()
        var attributions: [Attribution] = []
        for target in targets {
            let target = try text.checked(target)
            let information = try FisherInformation(
                hiddenState: text.hiddenState(target.row), text.model, objective, candidates)
            let directions = information.directions(rank)
            let gradients = try text.gradients(
                directions.map { GradientProbe(row: target.row, direction: $0.direction) })
            let scores = (0...target.row).map { row in
                gradients.reduce(0.0) { sum, gradient in
                    let length = norm(gradient.slice(row))
                    return sum + length * length
                }
            }
            var diagnostics = ["fisher.trace": information.trace]
            let kept = directions.reduce(0) { $0 + $1.weight }
            diagnostics["fisher.discarded"] =
                information.trace > 0 ? max(0, 1 - kept / information.trace) : 0
            if case .largest = rank {
                for (place, direction) in directions.enumerated() {
                    diagnostics["fisher.eigenvalue.\(place + 1)"] = direction.weight
                }
            }
            attributions.append(
                Attribution(
                    method: name, settings: settings, target: target.token, targetID: target.id,
                    scores: scores, isSigned: false, diagnostics: diagnostics))
        }
        return attributions
    }

    private func check() throws(AttributionFailure) {
        if case .largest(let count) = rank, count < 1 {
            throw .invalidSetting(name: "rank", reason: "must be at least 1")
        }
        if let candidates, candidates < 2 {
            throw .invalidSetting(name: "candidates", reason: "must be at least 2")
        }
        if objective == .logProbability {
            throw .invalidSetting(name: "objective", reason: "must be logit or rawLogit")
        }
    }

    private var settings: [String: String] {
        var settings = ["objective": objective.rawValue]
        settings["candidates"] = candidates.map(String.init) ?? "all"
        switch rank {
        case .full: settings["rank"] = "full"
        case .largest(let count): settings["rank"] = String(count)
        }
        return settings
    }
}
