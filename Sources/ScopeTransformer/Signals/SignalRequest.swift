/// A choice of layers.
public enum LayerSelection: Equatable, Sendable {
    /// Every layer.
    case all
    /// These layers, counted from 0.
    case layers(Set<Int>)
    /// No layer.
    case none

    /// Whether `layer` is chosen.
    public func contains(_ layer: Int) -> Bool {
        switch self {
        case .all: true
        case .layers(let layers): layers.contains(layer)
        case .none: false
        }
    }

    /// The layers that either selection chooses.
    public func union(_ other: LayerSelection) -> LayerSelection {
        switch (self, other) {
        case (.all, _), (_, .all): .all
        case (.none, let selection), (let selection, .none): selection
        case (.layers(let left), .layers(let right)): .layers(left.union(right))
        }
    }
}

/// What a forward pass lends besides logits; whatever nobody asks for is neither kept nor copied.
public struct SignalRequest: Equatable, Sendable {
    /// Layers whose attention rows (after softmax, one for each query head) are lent.
    public var attention: LayerSelection
    /// Residual rows that are lent: `k` is the input of block `k` (0: the embedding), `layerCount`
    /// the final norm's output.
    public var hiddenStates: LayerSelection

    /// Creates a request; by default for nothing.
    public init(attention: LayerSelection = .none, hiddenStates: LayerSelection = .none) {
        self.attention = attention
        self.hiddenStates = hiddenStates
    }

    /// Everything that either request asks for.
    public func union(_ other: SignalRequest) -> SignalRequest {
        SignalRequest(
            attention: attention.union(other.attention),
            hiddenStates: hiddenStates.union(other.hiddenStates))
    }
}
