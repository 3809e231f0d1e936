/// A wish for attention rows: of which layers, heads and query rows.
///
/// A row is what softmax gave: one weight for each position that the query could see. The rows are
/// those that the model computes anyway; nothing is computed for being asked for.
public struct AttentionRequest: Hashable, Sendable {
    /// The layers.
    public var layers: LayerSelection
    /// The query heads, or their mean.
    public var heads: HeadSelection
    /// The query rows, counted from the sequence's first token: row `r` predicts token `r + 1`.
    public var rows: Range<Int>

    /// Every row there can be.
    public static let allRows = 0..<Int.max

    /// Creates a wish; by default for every row of every head.
    public init(
        layers: LayerSelection = .all, heads: HeadSelection = .all,
        rows: Range<Int> = AttentionRequest.allRows
    ) {
        self.layers = layers
        self.heads = heads
        self.rows = rows
    }

    /// Whether rows of a layer are wished for that stand at `row`.
    func concerns(layer: Int, row: Int) -> Bool {
        rows.contains(row) && layers.contains(layer)
    }

    /// The wish in the numbers of a sequence that begins `offset` rows later.
    public func shifted(by offset: Int) -> AttentionRequest {
        guard offset != 0 else { return self }
        var shifted = self
        let start = max(0, rows.lowerBound - offset)
        let end = rows.upperBound == Int.max ? Int.max : max(start, rows.upperBound - offset)
        shifted.rows = start..<end
        return shifted
    }
}
