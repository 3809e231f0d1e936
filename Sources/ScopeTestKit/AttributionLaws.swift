public import TokenScope

/// Checks an attribution method against every ``AttributionLaw``.
///
/// ```swift
/// @Test func myMethodKeepsTheLaws() throws {
///     #expect(try AttributionLaws().violations(of: MyMethod()).isEmpty)
/// }
/// ```
public struct AttributionLaws: Sendable {
    /// The model to ask.
    public let context: ModelContext
    /// The text.
    public let ids: [Int]
    /// The largest difference between two ways to the same score, as a share of the largest score.
    public let tolerance: Double

    /// Creates the checks.
    ///
    /// - Parameters:
    ///   - context: The model; by default a ``TinyModel``.
    ///   - ids: The text, of at least 4 ids.
    ///   - tolerance: The largest difference between two ways to the same score, as a share of the
    ///     largest; sums of floats differ with the number of rows that go through together.
    /// - Throws: `DecodingFailure` where the default model cannot be made.
    public init(
        context: ModelContext? = nil, ids: [Int] = [5, 17, 10, 42, 17, 8, 10, 30, 2],
        tolerance: Double = 1e-3
    ) throws(DecodingFailure) {
        precondition(ids.count >= 4, "a text that is long enough to be told apart")
        if let context {
            self.context = context
        } else {
            self.context = try TinyModel(seed: 4).load()
        }
        self.ids = ids
        self.tolerance = tolerance
    }

    /// The laws that a method breaks.
    ///
    /// - Parameter method: The method.
    /// - Returns: A violation for each check that failed; none where all is well.
    /// - Throws: `AttributionFailure` that the method or the model caused.
    /// - Complexity: The method, about a dozen times.
    public func violations(
        of method: any AttributionMethod
    ) throws(AttributionFailure) -> [AttributionViolation] {
        let text = try AttributedText(ids, in: context)
        let targets = [ids.count / 2, ids.count - 1, 1].map { AttributionTarget(TokenIndex($0)) }
        let first = try method.attribute(targets, in: text)
        let shape = misshapen(first, method, targets)
        // What has another shape cannot be compared place by place.
        guard shape.isEmpty else { return shape.map { .init(law: .shape, detail: $0) } }
        var violations: [AttributionViolation] = []
        for (law, details) in [
            (AttributionLaw.finite, first.compactMap(infinite)),
            (.sign, first.compactMap(negative)),
            (.determinism, try changing(method, targets, text, first)),
            (.batching, try batched(method, targets, text, first)),
            (.contrast, try contrasted(method, text)),
            (.future, try looking(method, text)),
        ] {
            violations += details.map { AttributionViolation(law: law, detail: $0) }
        }
        return violations
    }

    private func misshapen(
        _ attributions: [Attribution], _ method: any AttributionMethod,
        _ targets: [AttributionTarget]
    ) -> [String] {
        guard attributions.count == targets.count else {
            return ["\(attributions.count) attributions of \(targets.count) targets"]
        }
        return zip(attributions, targets).compactMap { own, target in
            let place = target.token.rawValue
            if own.target != target.token { return "target \(place) is said to be \(own.target)" }
            if own.targetID != ids[place] {
                return "the id of \(place) is said to be \(own.targetID)"
            }
            if own.method != method.name { return "\(method.name) calls itself \(own.method)" }
            return own.scores.count == place
                ? nil : "\(own.scores.count) scores before token \(place)"
        }
    }

    private func infinite(_ attribution: Attribution) -> String? {
        if let place = attribution.scores.firstIndex(where: { !$0.isFinite }) {
            return "score \(place) of target \(attribution.target.rawValue)"
        }
        return attribution.diagnostics.sorted { $0.key < $1.key }.first { !$0.value.isFinite }
            .map { "\($0.key) of target \(attribution.target.rawValue)" }
    }

    private func negative(_ attribution: Attribution) -> String? {
        guard !attribution.isSigned else { return nil }
        return attribution.scores.firstIndex { $0 < 0 }.map {
            "score \($0) of target \(attribution.target.rawValue) is \(attribution.scores[$0])"
        }
    }

    private func changing(
        _ method: any AttributionMethod, _ targets: [AttributionTarget], _ text: AttributedText,
        _ first: [Attribution]
    ) throws(AttributionFailure) -> [String] {
        try method.attribute(targets, in: text) == first ? [] : ["the second time differs"]
    }

    private func batched(
        _ method: any AttributionMethod, _ targets: [AttributionTarget], _ text: AttributedText,
        _ together: [Attribution]
    ) throws(AttributionFailure) -> [String] {
        var details: [String] = []
        for (target, attribution) in zip(targets, together) {
            let alone = try method.attribute(target, in: text)
            details += difference(
                attribution.scores, alone.scores, "target \(target.token.rawValue) among others")
        }
        return details
    }

    private func contrasted(
        _ method: any AttributionMethod, _ text: AttributedText
    ) throws(AttributionFailure) -> [String] {
        let token = TokenIndex(ids.count - 1)
        let (left, right) = (ids[0], ids[1])
        let one = try method.attribute(AttributionTarget(token, id: left, against: right), in: text)
        let other = try method.attribute(
            AttributionTarget(token, id: right, against: left), in: text)
        let factor = one.isSigned ? -1.0 : 1.0
        return difference(
            other.scores.map { $0 * factor }, one.scores, "\(right) against \(left), by its sign,")
    }

    private func looking(
        _ method: any AttributionMethod, _ text: AttributedText
    ) throws(AttributionFailure) -> [String] {
        let place = ids.count / 2
        let target = AttributionTarget(TokenIndex(place), id: ids[place])
        let whole = try method.attribute(target, in: text)
        let cut = try method.attribute(
            target, in: AttributedText(Array(ids.prefix(place)), in: context))
        return difference(cut.scores, whole.scores, "a text that ends before target \(place)")
    }

    private func difference(_ left: [Double], _ right: [Double], _ what: String) -> [String] {
        guard left.count == right.count else { return ["\(what) has \(left.count) scores"] }
        let peak = right.reduce(0) { max($0, abs($1)) }
        // A comparison that also fails where one side is no number.
        let place = left.indices.first { !(abs(left[$0] - right[$0]) <= tolerance * peak) }
        return place.map { ["\(what): score \($0) is \(left[$0]), not \(right[$0])"] } ?? []
    }
}
