/// What must hold for an observer, so that sessions may be forked, cut up and repeated.
public enum ObserverLaw: String, Hashable, Sendable, CaseIterable {
    /// A session that is forked and its fork leave each other alone, whichever goes on first.
    case fork
    /// Observing a prefix and then the rest gives at each point what observing that much alone
    /// gives; asking for a summary on the way changes nothing.
    case prefixAndRest
    /// How many tokens of the prompt go through the model at once does not matter.
    case chunking
    /// Decoding again with the same starting value gives the same.
    case replay
}

/// How an observer broke a law.
public struct LawViolation: Hashable, Sendable, CustomStringConvertible {
    /// The law.
    public let law: ObserverLaw
    /// What was done, and the first difference that it made.
    public let detail: String

    /// Creates a violation.
    public init(law: ObserverLaw, detail: String) {
        self.law = law
        self.detail = detail
    }

    /// The law and the detail on one line.
    public var description: String { "\(law.rawValue): \(detail)" }
}
