/// What must hold for an attribution method.
public enum AttributionLaw: String, Hashable, Sendable, CaseIterable {
    /// Explaining a target together with others gives what explaining it alone gives.
    case batching
    /// With the two ids of a contrast exchanged, signed scores change their sign and unsigned ones stay.
    case contrast
    /// Explaining again gives the same bits.
    case determinism
    /// Scores and diagnostics are finite numbers.
    case finite
    /// Tokens from the target on have no part in the scores.
    case future
    /// One attribution a target, in order, named after the method and the target, with one score for
    /// each token before it.
    case shape
    /// Scores that are said to have no sign are 0 or more.
    case sign
}

/// How an attribution method broke a law.
public struct AttributionViolation: Hashable, Sendable, CustomStringConvertible {
    /// The law.
    public let law: AttributionLaw
    /// What was done, and the first difference that it made.
    public let detail: String

    /// Creates a violation.
    public init(law: AttributionLaw, detail: String) {
        self.law = law
        self.detail = detail
    }

    /// The law and the detail on one line.
    public var description: String { "\(law.rawValue): \(detail)" }
}
