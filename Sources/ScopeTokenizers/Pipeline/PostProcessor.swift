/// What is put around the tokens of a text when special tokens are asked for.
enum PostProcessor: Sendable {
    /// Ids before and after the text.
    case template(before: [Int], after: [Int])
    case sequence([PostProcessor])

    static let none = PostProcessor.sequence([])

    /// Adds the special tokens.
    func process(_ sink: inout TokenSink) {
        switch self {
        case .template(let before, let after):
            sink.surround(before: before, after: after)
        case .sequence(let steps):
            for step in steps { step.process(&sink) }
        }
    }
}
