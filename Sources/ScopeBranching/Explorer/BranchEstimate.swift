/// What a sweep costs, known before it begins.
public struct BranchEstimate: Hashable, Codable, Sendable {
    /// Tokens that go through the model, at most.
    public let forwardTokens: Int
    /// Tokens that would go through it if each branch were computed from its beginning.
    public let naiveForwardTokens: Int
    /// Branches that are written, at most.
    public let branches: Int

    /// States what a sweep costs.
    public init(forwardTokens: Int, naiveForwardTokens: Int, branches: Int) {
        self.forwardTokens = forwardTokens
        self.naiveForwardTokens = naiveForwardTokens
        self.branches = branches
    }

    /// Refuses what costs more than a budget of forward tokens; nil allows anything.
    func check(within budget: Int?) throws(BranchingFailure) {
        if let budget, forwardTokens > budget {
            throw .budgetExceeded(estimate: forwardTokens, budget: budget)
        }
    }
}
