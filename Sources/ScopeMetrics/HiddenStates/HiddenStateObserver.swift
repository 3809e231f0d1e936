public import ScopeDecoding
public import ScopeTrace
public import ScopeTransformer

extension MetricKey where Value == MetricRow {
    /// A row of the residual stream; see `HiddenStateObserver`.
    ///
    /// - Parameter layer: `k` for the input of block `k` (0: the embedding), the number of layers for the
    ///   final norm's output.
    /// - Returns: `hidden_state_l3` for the input of block 3.
    public static func hiddenState(layer: Int) -> MetricKey {
        MetricKey("hidden_state_l\(layer)")
    }
}

/// The hidden states themselves, for tools that take them further: the row that predicted each token, as the
/// input of each block and behind the final norm.
public struct HiddenStateObserver: DecodingObserver {
    /// `k` for the input of block `k`, the number of layers for the final norm's output.
    public let layers: LayerSelection
    /// The tokens whose predicting rows are recorded; nil for all.
    public let tokens: Range<TokenIndex>?

    /// Creates the observer.
    ///
    /// - Parameters:
    ///   - layers: `k` for the input of block `k`, the number of layers for the final norm's output.
    ///   - tokens: The tokens whose predicting rows are recorded; nil for all.
    public init(layers: LayerSelection = .all, tokens: Range<TokenIndex>? = nil) {
        self.layers = layers
        self.tokens = tokens
    }

    /// The states.
    public var signals: SignalRequest { SignalRequest(hiddenStates: layers) }

    /// What goes into the trace.
    public func byteCount(tokens: Int, of model: DecoderConfiguration) -> Double {
        let selection = AttentionSelection(tokens: self.tokens)
        let rows = layers.chosen(of: model.layerCount + 1).count
        return Double(selection.tokenCount(of: tokens)) * Double(rows)
            * (48 + 8 * Double(model.hiddenSize))
    }

    /// Records `hiddenState(layer:)` of each layer.
    public mutating func observe(
        _ step: borrowing DecodingStep, record: inout TokenMetrics
    ) {
        guard tokens?.contains(step.token.index) ?? true else { return }
        for layer in layers.chosen(of: step.layerCount + 1) {
            guard let row = step.hiddenState(layer: layer) else { continue }
            record[.hiddenState(layer: layer)] = MetricRow(row.doubles)
        }
    }
}
