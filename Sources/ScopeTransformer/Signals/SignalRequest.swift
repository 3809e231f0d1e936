/// What a forward pass lends besides logits; whatever nobody asks for is neither kept nor copied.
public struct SignalRequest: Equatable, Sendable {
    /// Attention rows that are lent: those that any of the wishes names.
    public var attention: [AttentionRequest]
    /// Residual rows that are lent: `k` is the input of block `k` (0: the embedding), `layerCount`
    /// the final norm's output.
    public var hiddenStates: LayerSelection
    /// Layers whose heads' outputs are compared at each position; see
    /// ``SignalSink/valueProducts(_:layer:at:)``.
    ///
    /// The only signal that costs arithmetic: a product of the attention's output matrix with as many
    /// rows a position as there are query heads.
    public var valueProducts: LayerSelection
    /// Layers at which the rows of a place in the block are lent, after any interventions.
    ///
    /// See ``SignalSink/state(_:site:layer:at:)``; a decoding session does not lend them to observers.
    public var states: [StateSite: LayerSelection] = [:]
    /// Rows that blocks compute on their way and that are lent: those that any of the wishes names.
    public var components: [ComponentRequest]

    /// Creates a request; by default for nothing.
    public init(
        attention: [AttentionRequest], hiddenStates: LayerSelection = .none,
        valueProducts: LayerSelection = .none, components: [ComponentRequest] = []
    ) {
        self.attention = attention
        self.hiddenStates = hiddenStates
        self.valueProducts = valueProducts
        self.components = components
    }

    /// Creates a request, where attention is wanted for every row and head of the chosen layers.
    public init(
        attention: LayerSelection = .none, hiddenStates: LayerSelection = .none,
        valueProducts: LayerSelection = .none, components: [ComponentRequest] = []
    ) {
        self.init(
            attention: attention == .none ? [] : [AttentionRequest(layers: attention)],
            hiddenStates: hiddenStates, valueProducts: valueProducts, components: components)
    }

    /// Everything that either request asks for.
    public func union(_ other: SignalRequest) -> SignalRequest {
        var union = self
        for wish in other.attention where !union.attention.contains(wish) {
            union.attention.append(wish)
        }
        union.hiddenStates = hiddenStates.union(other.hiddenStates)
        union.valueProducts = valueProducts.union(other.valueProducts)
        union.states.merge(other.states) { $0.union($1) }
        for wish in other.components where !union.components.contains(wish) {
            union.components.append(wish)
        }
        return union
    }

    /// The request in the numbers of a sequence that begins `offset` rows later.
    public func shifted(by offset: Int) -> SignalRequest {
        guard offset != 0, !attention.isEmpty || !components.isEmpty else { return self }
        var shifted = self
        shifted.attention = attention.map { $0.shifted(by: offset) }
        shifted.components = components.map { $0.shifted(by: offset) }
        return shifted
    }

    /// Whether the rows of a place in a block are wanted.
    func wantsState(_ site: StateSite, layer: Int) -> Bool {
        !states.isEmpty && (states[site]?.contains(layer) ?? false)
    }

    /// Whether any row of a layer is wanted at a query row.
    func wantsAttention(layer: Int, row: Int) -> Bool {
        attention.contains { $0.concerns(layer: layer, row: row) }
    }

    /// Whether a head's row is wanted: by itself, or for the mean over all heads.
    public func wantsAttention(layer: Int, head: QueryHead, row: Int) -> Bool {
        attention.contains {
            $0.concerns(layer: layer, row: row) && ($0.heads == .mean || $0.heads.contains(head))
        }
    }
}
