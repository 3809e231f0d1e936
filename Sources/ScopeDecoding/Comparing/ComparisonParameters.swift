public import ScopeTrace

/// How two models are compared.
public struct ComparisonParameters: Equatable, Sendable {
    /// The most tokens that go through a model at once; fewer where their logits would be large.
    public var prefillStepSize: Int
    /// How a text longer than the models' contexts is read; nil: it is refused.
    public var window: ContextWindow?
    /// Whether residual rows are compared, where the models' shapes agree.
    public var comparesLayers: Bool
    /// Whether the Jensen–Shannon divergence and the probabilities of the first choices are measured, too,
    /// which costs about as much again as the divergence does.
    public var comparesDistributions: Bool
    /// Whether what each part of the models makes of the same input is compared: B goes through the text a
    /// second time, each of its parts fed with what A's part reads.
    public var comparesParts: Bool
    /// The relative difference from which on a layer counts as departed.
    public var layerThreshold: Double
    /// Whether the models' BOS token goes first.
    public var addBOS: Bool

    /// Creates parameters.
    public init(
        prefillStepSize: Int = 128, window: ContextWindow? = nil, comparesLayers: Bool = true,
        comparesDistributions: Bool = false, comparesParts: Bool = false,
        layerThreshold: Double = 0.01, addBOS: Bool = false
    ) {
        self.prefillStepSize = prefillStepSize
        self.window = window
        self.comparesLayers = comparesLayers
        self.comparesDistributions = comparesDistributions
        self.comparesParts = comparesParts
        self.layerThreshold = layerThreshold
        self.addBOS = addBOS
    }
}
