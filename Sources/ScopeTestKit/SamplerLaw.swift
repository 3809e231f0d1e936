/// What must hold for a logit processor and the settings it is drawn with.
public enum SamplerLaw: String, Hashable, Sendable, CaseIterable {
    /// A session that is forked and its fork leave each other alone, whichever goes on first.
    case fork
    /// How many tokens of the prompt go through the model at once does not matter.
    case chunking
    /// Decoding again with the same starting value gives the same.
    case replay
    /// Draws at many seeds follow the distribution that the settings make of the logits left.
    case draws
}

/// How a logit processor broke a law.
public struct SamplerViolation: Hashable, Sendable, CustomStringConvertible {
    /// The law.
    public let law: SamplerLaw
    /// What was done, and the first difference that it made.
    public let detail: String

    /// Creates a violation.
    public init(law: SamplerLaw, detail: String) {
        self.law = law
        self.detail = detail
    }

    /// The law and the detail on one line.
    public var description: String { "\(law.rawValue): \(detail)" }
}
