internal import ScopeDecoding
internal import ScopeTrace

/// The ids of a sequence, to find where a query's own token occurred before.
struct RepeatedTokens: Sendable {
    private var ids: [Int] = []

    /// Takes in the token of a step, and finds where the one before it, at which the step's rows
    /// stand, occurred before.
    ///
    /// - Parameter step: The next token.
    /// - Returns: Places in the row, in order: the last place of the row is the query itself and never
    ///   among them. Empty where some of the context was not seen, as nothing is known then.
    mutating func places(_ step: borrowing DecodingStep) -> [Int] {
        defer { ids.append(step.token.id) }
        let start = ids.count - step.contextLength
        guard start >= 0, ids.count == step.token.index.rawValue, let own = ids.last else {
            return []
        }
        return (0..<step.contextLength - 1).filter { ids[start + $0] == own }
    }
}
