public import ScopeTrace

/// Adds a number to the logits of single tokens, as OpenAI's `logit_bias` does.
///
/// −∞ forbids a token; a large number all but enforces it.
public struct LogitBias: LogitProcessor {
    /// What is added, by token; never NaN or +∞.
    public let biases: [Int: Double]

    /// Creates the processor.
    ///
    /// - Parameter biases: What is added, by token of the vocabulary; not NaN or +∞.
    public init(_ biases: [Int: Double]) {
        precondition(
            biases.allSatisfy { $0.key >= 0 && $0.value < .infinity },
            "a bias is a number below infinity for a token of the vocabulary")
        self.biases = biases
    }

    /// Adds the biases.
    ///
    /// - Complexity: O(biases).
    public func process(_ logits: inout MutableSpan<Float>, at index: TokenIndex) {
        for (id, bias) in biases { logits[id] = Float(Double(logits[id]) + bias) }
    }
}
