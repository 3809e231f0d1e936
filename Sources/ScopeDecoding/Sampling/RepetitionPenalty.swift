public import ScopeTrace

/// Makes tokens that already occurred, in the prompt or after it, less probable (Keskar et al.,
/// 2019).
///
/// The logit of each such token is divided by the penalty where it is positive and multiplied by it
/// where it is negative, once however often the token occurred: the rule of the transformers
/// library's `repetition_penalty`. Above 1 repetition becomes rarer, below 1 more frequent.
public struct RepetitionPenalty: LogitProcessor {
    /// The divisor of positive logits and factor of negative ones; above 0.
    public let penalty: Double
    private var seen: Set<Int> = []

    /// Creates the processor.
    ///
    /// - Parameter penalty: The divisor, above 0; 1 changes nothing.
    public init(_ penalty: Double) {
        precondition(penalty > 0 && penalty.isFinite, "a repetition penalty is above 0")
        self.penalty = penalty
    }

    /// The type with its setting.
    public var name: String { "RepetitionPenalty(\(penalty))" }

    /// Notes that the token occurred.
    public mutating func accept(_ token: TokenRecord) { seen.insert(token.id) }

    /// Divides and multiplies.
    ///
    /// - Complexity: O(different tokens so far).
    public func process(_ logits: inout MutableSpan<Float>, at index: TokenIndex) {
        for id in seen {
            let logit = Double(logits[id])
            logits[id] = Float(logit < 0 ? logit * penalty : logit / penalty)
        }
    }
}
