/// What explaining some targets takes, beside the text's stored pass.
///
/// Rows are tokens that go through all layers once; a row back is about two of them.
public struct AttributionCost: Hashable, Sendable {
    /// Rows that go through the model.
    public var forwardRows: Int
    /// Rows that go back through it, each as often as there are probes.
    public var backwardRows: Int
    /// The most bytes held at once, results left out; an estimate from the shape alone.
    public var bytes: Int

    /// Names a cost.
    public init(forwardRows: Int = 0, backwardRows: Int = 0, bytes: Int = 0) {
        self.forwardRows = forwardRows
        self.backwardRows = backwardRows
        self.bytes = bytes
    }

    /// Two costs one after the other: rows add up, memory is used again.
    public static func + (left: AttributionCost, right: AttributionCost) -> AttributionCost {
        AttributionCost(
            forwardRows: left.forwardRows + right.forwardRows,
            backwardRows: left.backwardRows + right.backwardRows,
            bytes: max(left.bytes, right.bytes))
    }
}
