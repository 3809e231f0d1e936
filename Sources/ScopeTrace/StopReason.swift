/// Why a decoding session ended.
public enum StopReason: String, Hashable, Codable, Sendable, CaseIterable {
    /// The model wrote an end-of-sequence token.
    case eos
    /// A stop token or stop text that the caller named was reached.
    case stop
    /// The number of tokens asked for was written.
    case length
    /// The model's context is full.
    case contextLength
    /// The caller cancelled.
    case cancelled
}
