/// What a token is for.
public enum TokenRole: String, Hashable, Codable, Sendable, CaseIterable {
    /// Ordinary text.
    case text
    /// The beginning-of-sequence marker.
    case bos
    /// An end-of-sequence marker.
    case eos
    /// A fill-in-the-middle marker: prefix, suffix, middle or padding.
    case fim
    /// A marker of a chat or instruction template.
    case template
    /// Any other special token.
    case special
}
