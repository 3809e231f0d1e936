public import ScopeTrace
internal import ScopeTransformer

/// A plan to explain every token of a generation by every token before it: what it takes, before
/// anything is computed.
///
/// ```swift
/// let plan = try text.attributionMatrix(FisherScope(), budget: 1 << 30)
/// print(plan.cost as Any, plan.targetsAtOnce)
/// try plan.run(progress: { done, all in print(done, "of", all) }) { attribution in
///     print(attribution.target, attribution.scores)
/// }
/// ```
public struct AttributionMatrix: Sendable {
    /// The method.
    public let method: any AttributionMethod
    /// The predictions, the first token's first.
    public let targets: [AttributionTarget]
    /// Targets that are explained together.
    public let targetsAtOnce: Int
    /// What all rows together take; nil where the method cannot tell.
    public let cost: AttributionCost?

    let text: AttributedText

    /// Computes the matrix and hands out its rows, the first token's first.
    ///
    /// No row is kept. A task that is cancelled ends between two layers.
    ///
    /// - Parameters:
    ///   - progress: Called before each group of targets and at the end with the rows handed out and
    ///     their number; may throw to end.
    ///   - row: Receives a row: a prediction's attribution.
    /// - Throws: ``AttributionFailure``; with ``AttributionFailure/model(_:)`` of `.cancelled` where
    ///   the task was cancelled. The rows handed out until then are those of the whole.
    /// - Complexity: ``cost``.
    public func run(
        progress: (_ done: Int, _ all: Int) throws(AttributionFailure) -> Void = {
            (_, _) throws(AttributionFailure) in
        },
        row: (Attribution) throws(AttributionFailure) -> Void
    ) throws(AttributionFailure) {
        for start in stride(from: 0, to: targets.count, by: targetsAtOnce) {
            try progress(start, targets.count)
            if Task.isCancelled { throw .model(.cancelled) }
            let some = Array(targets[start..<min(start + targetsAtOnce, targets.count)])
            for attribution in try method.attribute(some, in: text) { try row(attribution) }
        }
        try progress(targets.count, targets.count)
    }

    /// Computes the matrix and keeps its rows.
    ///
    /// - Returns: One attribution a target.
    /// - Throws: ``AttributionFailure``.
    /// - Complexity: ``cost``, and O(targets × tokens) memory.
    public func rows() throws(AttributionFailure) -> [Attribution] {
        var rows: [Attribution] = []
        try run { (row) throws(AttributionFailure) in rows.append(row) }
        return rows
    }
}

extension AttributedText {
    /// Plans to explain many tokens by all that stand before them.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - tokens: Whose predictions; all of the text but the first by default.
    ///   - bytes: What may be held at once beside the text's stored pass and the rows that are handed
    ///     out.
    /// - Returns: The plan, with as many targets at once as the budget allows.
    /// - Throws: ``AttributionFailure/budgetExceeded(needed:budget:)`` where one target alone does not
    ///   fit, ``AttributionFailure/targetOutOfRange(_:tokenCount:)`` for tokens that are not in the
    ///   text or have nothing before them.
    /// - Complexity: O(targets × tokens).
    public func attributionMatrix(
        _ method: any AttributionMethod, of tokens: Range<Int>? = nil, budget bytes: Int = 1 << 30
    ) throws(AttributionFailure) -> AttributionMatrix {
        let tokens = tokens ?? min(1, ids.count)..<ids.count
        let targets = tokens.map { AttributionTarget(TokenIndex($0)) }
        _ = try checked(targets)
        guard let last = targets.last, try method.cost(of: [last], in: self) != nil else {
            return AttributionMatrix(
                method: method, targets: targets, targetsAtOnce: 1, cost: nil, text: self)
        }
        // The last targets are those with most before them.
        var count = targets.count
        while let cost = try method.cost(of: targets.suffix(count), in: self), cost.bytes > bytes {
            guard count > 1 else { throw .budgetExceeded(needed: cost.bytes, budget: bytes) }
            count = (count + 1) / 2
        }
        var cost = AttributionCost()
        for start in stride(from: 0, to: targets.count, by: count) {
            let some = Array(targets[start..<min(start + count, targets.count)])
            cost = cost + (try method.cost(of: some, in: self) ?? AttributionCost())
        }
        return AttributionMatrix(
            method: method, targets: targets, targetsAtOnce: count, cost: cost, text: self)
    }
}
