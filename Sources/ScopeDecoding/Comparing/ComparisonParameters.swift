public import ScopeTrace

/// How two models are compared.
public struct ComparisonParameters: Equatable, Sendable {
    /// The most tokens that go through a model at once; fewer where their logits would be large.
    public var prefillStepSize: Int
    /// How a text longer than the models' contexts is read; nil: it is refused.
    public var window: ContextWindow?
    /// Whether residual rows are compared, where the models' shapes agree.
    public var comparesLayers: Bool
    /// The relative difference from which on a layer counts as departed.
    public var layerThreshold: Double
    /// Whether the models' BOS token goes first.
    public var addBOS: Bool

    /// Creates parameters.
    public init(
        prefillStepSize: Int = 128, window: ContextWindow? = nil, comparesLayers: Bool = true,
        layerThreshold: Double = 0.01, addBOS: Bool = false
    ) {
        self.prefillStepSize = prefillStepSize
        self.window = window
        self.comparesLayers = comparesLayers
        self.layerThreshold = layerThreshold
        self.addBOS = addBOS
    }
}
