/// A choice of layers.
public enum LayerSelection: Hashable, Sendable {
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

    /// The chosen ones of the layers from 0 to `count` − 1, in order.
    public func chosen(of count: Int) -> [Int] {
        (0..<count).filter { contains($0) }
    }

    /// The least layer that is named and that a model of `count` layers lacks; nil where there is
    /// none.
    public func missing(of count: Int) -> Int? {
        guard case .layers(let layers) = self else { return nil }
        return layers.filter { !(0..<count).contains($0) }.min()
    }
}
