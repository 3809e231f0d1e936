/// When a branch forks by itself while it is being written, and how far that goes.
public struct ExpansionRule: Hashable, Sendable {
    /// What makes a place one to fork at.
    public enum Threshold: Hashable, Sendable {
        /// The most probable token leads by less than this probability.
        case margin(below: Double)
        /// The distribution's entropy is larger than this, in nats.
        case entropy(above: Double)
    }

    /// What makes a place one to fork at.
    public var threshold: Threshold
    /// Branches at such a place, the one that goes on as drawn among them; at least 2.
    public var width: Int
    /// Forks on the way to any leaf, at most.
    public var depth: Int
    /// Branches in all, at most.
    public var branchLimit: Int

    /// Makes a rule.
    ///
    /// - Parameters:
    ///   - threshold: What makes a place one to fork at.
    ///   - width: Branches at such a place, at least 2.
    ///   - depth: Forks on the way to any leaf, at most.
    ///   - branchLimit: Branches in all, at most.
    public init(_ threshold: Threshold, width: Int = 2, depth: Int = 2, branchLimit: Int = 64) {
        precondition(width > 1 && depth >= 0 && branchLimit > 0, "a rule that never forks")
        self.threshold = threshold
        self.width = width
        self.depth = depth
        self.branchLimit = branchLimit
    }

    /// Whether a distribution is one to fork at.
    func isMet(margin: @autoclosure () -> Double, entropy: @autoclosure () -> Double) -> Bool {
        switch threshold {
        case .margin(let limit): margin() < limit
        case .entropy(let limit): entropy() > limit
        }
    }
}
