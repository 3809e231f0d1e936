public import ScopeTensor
internal import ScopeTransformer

/// What a method of your own may ask a text.
extension AttributedText {
    /// The gradients of targets' objectives with respect to the text's embeddings.
    ///
    /// - Parameters:
    ///   - objective: What is differentiated; with a contrast, the difference of the two.
    ///   - targets: Whose objective.
    /// - Returns: One tensor a target, tokens × hidden size; rows behind the target's are zero.
    /// - Throws: ``AttributionFailure``.
    /// - Complexity: One way back a target through the one stored pass.
    public func gradients(
        of objective: AttributionObjective, _ targets: [AttributionTarget]
    ) throws(AttributionFailure) -> [Tensor<Float>] {
        var probes: [GradientProbe<Float>] = []
        for target in try checked(targets) { probes.append(try objective.probe(target, self)) }
        return try gradients(probes)
    }

    /// What targets' objectives lose when some tokens are not there.
    ///
    /// - Parameters:
    ///   - objective: What is measured; with a contrast, the difference of the two.
    ///   - targets: Whose objective.
    ///   - sets: The tokens that are taken away together, one set after the other.
    ///   - replacement: What it means that a token is not there.
    /// - Returns: For each set and target the loss; 0 where no token of the set stands before the
    ///   target.
    /// - Throws: ``AttributionFailure``.
    /// - Complexity: For each set the rows from its first token to the last target, as lanes over one
    ///   cache.
    public func losses(
        of objective: AttributionObjective, _ targets: [AttributionTarget], without sets: [[Int]],
        _ replacement: TokenReplacement
    ) throws(AttributionFailure) -> [[Double]] {
        for token in sets.joined() where !ids.indices.contains(token) {
            throw .invalidSetting(name: "sets", reason: "must name tokens of the text: \(token)")
        }
        return try losses(
            objective, checked(targets), replacement, without: sets.map { Set($0).sorted() }
        ).map { $0.map { $0 ?? 0 } }
    }
}
