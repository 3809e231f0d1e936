/// How a sequence longer than a model's context is read: in windows that overlap.
///
/// A window holds `length` tokens at most. When it is full, its first `stride` tokens are dropped, the
/// rest is read again from position 0, and the sequence goes on: so a token is predicted from between
/// `length − stride` and `length` tokens before it, but near the start of the sequence. A small stride
/// gives nearly full contexts and costs `length / stride` times a single pass.
public struct ContextWindow: Hashable, Codable, Sendable {
    /// Tokens a window holds.
    public let length: Int
    /// Tokens that are dropped when a window is full.
    public let stride: Int

    /// Names a window.
    ///
    /// - Parameters:
    ///   - length: Tokens a window holds; at least 2.
    ///   - stride: Tokens that are dropped when a window is full; from 1 to `length − 1`.
    public init(length: Int, stride: Int) {
        self.length = length
        self.stride = stride
    }

    /// What is wrong with the window; nil where nothing is.
    public var fault: String? {
        if length < 2 { return "needs a length of at least 2, not \(length)" }
        if !(1..<length).contains(stride) {
            return "needs a stride from 1 to \(length - 1), not \(stride)"
        }
        return nil
    }
}
