/// What is put around the tokens of a text when special tokens are asked for.
enum PostProcessor: Sendable {
    case none
    /// Ids before and after the text.
    case template(before: [Int], after: [Int])

    /// Adds the special tokens.
    func process(_ sink: inout TokenSink) {
        guard case .template(let before, let after) = self else { return }
        sink.surround(before: before, after: after)
    }
}
