/// A text with some of its tokens taken away, and which of its rows are looked at.
struct TextVariant {
    /// The tokens that are not there, in order, without repeats.
    let tokens: [Int]
    /// The rows whose final hidden states are wanted, in order.
    let rows: [Int]

    /// The first row that can differ from the intact text.
    func firstRow(_ replacement: TokenReplacement) -> Int? {
        tokens.first.map { replacement == .attentionMask ? $0 + 1 : $0 }
    }
}
