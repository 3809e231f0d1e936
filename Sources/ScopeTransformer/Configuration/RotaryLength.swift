/// Which text length defines a rotation that changes with it (dynamic scaling, LongRoPE).
public enum RotaryLength: String, Equatable, Sendable {
    /// Each pass rotates its own rows by the length the text then has, and keeps the rows of
    /// earlier passes as they are: fast, and not what the model computes on the whole text.
    case cached
    /// The length of the text after the pass, for every row: what one pass over the whole text
    /// gives. Rows of earlier passes are computed anew when the rotation has changed.
    case wholeText = "whole-text"
}
