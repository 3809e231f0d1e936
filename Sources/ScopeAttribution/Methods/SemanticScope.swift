internal import ScopeTensor
public import ScopeTrace
internal import ScopeTransformer

/// The Semantic scope: how far a unit change of each input embedding can move the target's logit
/// (Jacobian Scopes, arXiv 2601.16407): `‖∂z_g/∂x_t‖₂`.
public struct SemanticScope: AttributionMethod {
    /// Which number is differentiated; the authors' is ``AttributionObjective/rawLogit``.
    public var objective: AttributionObjective

    /// The method's name.
    public let name = "semantic"

    /// Creates the scope, by default as published.
    public init(_ objective: AttributionObjective = .rawLogit) {
        self.objective = objective
    }

    /// Explains predictions; one way back a target.
    ///
    /// - Parameters:
    ///   - targets: Which predictions.
    ///   - text: The text.
    /// - Returns: One attribution a target, unsigned.
    /// - Throws: ``AttributionFailure``.
    public func attribute(
        _ targets: [AttributionTarget], in text: AttributedText
    ) throws(AttributionFailure) -> [Attribution] {
        try gradientAttributions(
            name, targets, text, settings: ["objective": objective.rawValue], isSigned: false,
            probe: { (target) throws(AttributionFailure) in try objective.probe(target, text) },
            score: { gradient, _ in norm(gradient) })
    }
}

/// The Temperature scope: how far a unit change of each input embedding can move the length of the
/// final hidden state, which scales all logits alike (arXiv 2601.16407): `‖∂‖y‖/∂x_t‖₂`.
///
/// Where the final norm's factors are all alike that length cannot change and the scores say
/// nothing; `diagnostics["finalNorm.isUniform"]` is then 1.
public struct TemperatureScope: AttributionMethod {
    /// The method's name.
    public let name = "temperature"

    /// Creates the scope.
    public init() {}

    /// Explains predictions; one way back a target.
    ///
    /// - Parameters:
    ///   - targets: Which predictions; their ids do not matter.
    ///   - text: The text.
    /// - Returns: One attribution a target, unsigned.
    /// - Throws: ``AttributionFailure``.
    public func attribute(
        _ targets: [AttributionTarget], in text: AttributedText
    ) throws(AttributionFailure) -> [Attribution] {
        var attributions = try gradientAttributions(
            name, targets, text, settings: [:], isSigned: false,
            probe: { (target) throws(AttributionFailure) in
                let state = text.hiddenState(target.row).storage
                let length = norm(state[...])
                return .init(row: target.row, direction: state.map { Float(Double($0) / length) })
            },
            score: { gradient, _ in norm(gradient) })
        if text.hasUniformLengths {
            for index in attributions.indices {
                attributions[index].diagnostics["finalNorm.isUniform"] = 1
            }
        }
        return attributions
    }
}

extension AttributedText {
    /// Whether the final hidden states of several rows are of one length: then no input can change it.
    fileprivate var hasUniformLengths: Bool {
        let step = max(1, tape.tokenCount / 8)
        let rows = Array(stride(from: tape.tokenCount - 1, through: 0, by: -step))
        let states = model.hiddenStates(of: tape, rows: rows)
        let lengths = rows.indices.map { norm(states.slice($0)) }
        guard let least = lengths.min(), let most = lengths.max(), lengths.count > 1 else {
            return false
        }
        return most - least <= 1e-4 * most
    }
}
