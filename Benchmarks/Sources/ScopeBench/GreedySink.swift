import TokenScope

/// Keeps the most probable next token of the last row that was lent.
struct GreedySink: SignalSink {
    private(set) var best = 0

    mutating func logits(_ logits: Span<Float>, at place: RowPlace) {
        var best = 0
        for id in logits.indices where logits[id] > logits[best] { best = id }
        self.best = best
    }
}
