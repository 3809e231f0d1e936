/// How a token came into the sequence.
public enum TokenOrigin: String, Hashable, Codable, Sendable, CaseIterable {
    /// Given before decoding began.
    case prompt
    /// Chosen by the sampler from the model's prediction.
    case sampled
    /// Put in by the caller in place of what the sampler would have chosen.
    case forced
}
