/// What a decoder block computes on its way, as rows that can be lent.
///
/// Rows that are added to the residual stream are lent as they are added: behind the norm and the factor
/// that a family has there. Where such a norm stands behind the attention's output matrix, the shares of
/// heads and bias are those under the norm frozen at the row: its mean and scale are taken from the
/// whole, so that `attentionHeads` summed over heads and `attentionBias` make `attention`.
public enum LayerComponent: Int, CaseIterable, Hashable, Sendable {
    /// What attention adds to the residual stream; hidden size.
    case attention
    /// The share of the attention output's bias, and of the shift of a norm behind it; hidden size.
    /// Nothing is lent where there is neither.
    case attentionBias
    /// The share of each query head, one after the other; query heads × hidden size.
    ///
    /// Costs arithmetic: a product of the attention's output matrix with as many rows as there are heads.
    case attentionHeads
    /// What feed-forward adds to the residual stream; hidden size.
    case feedForward
    /// The share of the last bias of feed-forward, and of the shift of a norm behind it; hidden size.
    /// Nothing is lent where there is neither, nor from a mixture of experts without such a norm.
    case feedForwardBias
    /// The residual stream behind the block; hidden size. Of the last block: before the final norm.
    case residual
    /// What the heads read of this position; key-value heads × value dimension.
    case values

    /// The numbers of a row.
    ///
    /// - Parameter shape: The model.
    /// - Returns: Its length.
    public func width(in shape: DecoderConfiguration) -> Int {
        switch self {
        case .attention, .attentionBias, .feedForward, .feedForwardBias, .residual:
            shape.hiddenSize
        case .attentionHeads: shape.queryHeadCount * shape.hiddenSize
        case .values: shape.keyValueHeadCount * shape.valueDimension
        }
    }
}

/// A wish for what blocks compute on their way.
public struct ComponentRequest: Hashable, Sendable {
    /// What is wanted.
    public var component: LayerComponent
    /// The decoder blocks.
    public var layers: LayerSelection
    /// The residual rows, counted from the sequence's first token: row `r` predicts token `r + 1`.
    public var rows: Range<Int>

    /// Creates a wish; by default for every row of every block.
    public init(
        _ component: LayerComponent, layers: LayerSelection = .all,
        rows: Range<Int> = AttentionRequest.allRows
    ) {
        self.component = component
        self.layers = layers
        self.rows = rows
    }

    /// The wish in the numbers of a sequence that begins `offset` rows later.
    public func shifted(by offset: Int) -> ComponentRequest {
        guard offset != 0 else { return self }
        var shifted = self
        let start = max(0, rows.lowerBound - offset)
        let end = rows.upperBound == Int.max ? Int.max : max(start, rows.upperBound - offset)
        shifted.rows = start..<end
        return shifted
    }
}

extension SignalRequest {
    /// Whether a row of a block is wanted.
    public func wants(_ component: LayerComponent, layer: Int, row: Int) -> Bool {
        components.contains {
            $0.component == component && $0.rows.contains(row) && $0.layers.contains(layer)
        }
    }
}
