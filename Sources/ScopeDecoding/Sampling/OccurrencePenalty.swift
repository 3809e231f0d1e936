public import ScopeTrace

/// Makes tokens that were already written less probable: OpenAI's frequency and presence penalties.
///
/// Of the logit of a token written `c` times, `c` · frequency is taken, and presence once where `c`
/// is above 0. Only what follows the prompt counts, forced tokens included; negative penalties favour
/// repetition.
public struct OccurrencePenalty: LogitProcessor {
    /// What a logit loses each time that its token was written.
    public let frequency: Double
    /// What a logit loses once its token was written.
    public let presence: Double
    private var counts: [Int: Int] = [:]

    /// Creates the processor.
    ///
    /// - Parameters:
    ///   - frequency: What a logit loses each time that its token was written; finite.
    ///   - presence: What a logit loses once its token was written; finite.
    public init(frequency: Double = 0, presence: Double = 0) {
        precondition(frequency.isFinite && presence.isFinite, "a penalty is a finite number")
        self.frequency = frequency
        self.presence = presence
    }

    /// The type with its settings.
    public var name: String { "OccurrencePenalty(frequency: \(frequency), presence: \(presence))" }

    /// Counts the token unless it is the prompt's.
    public mutating func accept(_ token: TokenRecord) {
        if token.origin != .prompt { counts[token.id, default: 0] += 1 }
    }

    /// Takes the penalties away.
    ///
    /// - Complexity: O(different tokens written so far).
    public func process(_ logits: inout MutableSpan<Float>, at index: TokenIndex) {
        for (id, count) in counts {
            let penalty = Double(count) * frequency + presence
            logits[id] = Float(Double(logits[id]) - penalty)
        }
    }
}
