public import ScopeTrace
public import ScopeTransformer

/// Which attention an observer looks at: of which layers, heads and tokens.
public struct AttentionSelection: Hashable, Sendable {
    /// The layers.
    public var layers: LayerSelection
    /// The query heads, or their mean.
    public var heads: HeadSelection
    /// The tokens whose predictions are looked at; nil for all.
    public var tokens: Range<TokenIndex>?

    /// Creates a selection; by default of everything.
    public init(
        layers: LayerSelection = .all, heads: HeadSelection = .all,
        tokens: Range<TokenIndex>? = nil
    ) {
        self.layers = layers
        self.heads = heads
        self.tokens = tokens
    }

    /// Whether the prediction of a token is looked at.
    public func contains(_ token: TokenIndex) -> Bool {
        tokens?.contains(token) ?? true
    }

    /// What to ask the engine for: the rows that predict the ``tokens``.
    public var request: AttentionRequest {
        AttentionRequest(layers: layers, heads: heads, rows: rows)
    }

    /// The rows that predict the ``tokens``.
    private var rows: Range<Int> {
        guard let tokens else { return AttentionRequest.allRows }
        let end = max(0, tokens.upperBound.rawValue - 1)
        return max(0, tokens.lowerBound.rawValue - 1)..<end
    }

    /// The chosen sources of a model's attention, in order of layers and heads.
    ///
    /// - Parameters:
    ///   - layerCount: The model's decoder blocks.
    ///   - headCount: The model's query heads.
    /// - Returns: A source for each chosen head, or one a layer for the mean.
    public func sources(layerCount: Int, headCount: Int) -> [AttentionSource] {
        layers.chosen(of: layerCount).flatMap { layer in
            heads == .mean
                ? [AttentionSource(layer: layer, head: nil)]
                : heads.chosen(of: headCount).map { AttentionSource(layer: layer, head: $0) }
        }
    }

    /// How many of a sequence's tokens are looked at.
    ///
    /// - Parameter count: The sequence's tokens.
    /// - Returns: A number from 0 to `count`.
    public func tokenCount(of count: Int) -> Int {
        guard let tokens else { return count }
        return max(0, min(count, tokens.upperBound.rawValue) - tokens.lowerBound.rawValue)
    }
}
