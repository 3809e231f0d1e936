public import ScopeDecoding
public import ScopeTrace
public import ScopeTransformer

extension MetricKey where Value == MetricRow {
    /// Attention rollout from the last layer to the input; see `RolloutObserver`.
    public static let rollout = MetricKey("rollout", unit: .probability)

    /// Attention rollout from a layer that is not the last to the input; see `RolloutObserver`.
    ///
    /// - Parameter layer: The decoder block, from 0.
    /// - Returns: The key, `rollout_l0` for the first.
    public static func rollout(layer: Int) -> MetricKey {
        MetricKey("rollout_l\(layer)", unit: .probability)
    }
}

/// Which tokens of the input reached each prediction, by following attention down through all layers:
/// attention rollout (Abnar and Zuidema, 2020, arXiv 2005.00928).
///
/// With `A_l` the mean of a layer's heads, `Â_l = ½ A_l + ½ I` (the half is the residual stream), each row
/// divided by its sum, the rollout of layer `l` is `R_l = Â_l R_{l−1}`, `R_0 = Â_0`: for each token a share
/// of the prediction, which sum to 1. Row `i` of a layer needs only rows up to `i` of the layer below, so
/// it is computed as the tokens come, and equals what the whole matrices would give.
///
/// Kept are all layers' rows but the last's, in `Float`, sums in `Double`. It must see the sequence from
/// its first token on, and ends where a window moves on, as the rows above it are then not known: later
/// tokens have none.
///
/// - Complexity: O(layers × tokens²) a token.
public struct RolloutObserver: DecodingObserver {
    /// The tokens whose rollout is recorded; nil for all.
    public let tokens: Range<TokenIndex>?
    /// Layers whose rollout is recorded besides the last's.
    public let layers: LayerSelection
    /// How much of each row is recorded.
    public let detail: RowDetail
    private var rows: [TriangleRows] = []
    private var observed = 0

    /// Creates the observer.
    ///
    /// - Parameters:
    ///   - tokens: The tokens whose rollout is recorded; nil for all.
    ///   - layers: Layers whose rollout is recorded besides the last's.
    ///   - detail: How much of each row is recorded.
    public init(
        tokens: Range<TokenIndex>? = nil, layers: LayerSelection = .none, detail: RowDetail = .full
    ) {
        self.tokens = tokens
        self.layers = layers
        self.detail = detail
    }

    /// The mean over heads in every layer, up to the last token that is recorded.
    public var signals: SignalRequest {
        let end = tokens.map { max(0, $0.upperBound.rawValue - 1) } ?? Int.max
        return SignalRequest(attention: [AttentionRequest(heads: .mean, rows: 0..<end)])
    }

    /// The rows of all layers but the last, and what goes into the trace.
    public func byteCount(tokens: Int, of model: DecoderConfiguration) -> Double {
        let selection = AttentionSelection(tokens: self.tokens)
        let last = self.tokens.map { min(tokens, $0.upperBound.rawValue) } ?? tokens
        let columns = 1 + layers.chosen(of: model.layerCount - 1).count
        return Double(max(0, model.layerCount - 1)) * TriangleRows.byteCount(rows: last)
            + Double(columns)
            * detail.byteCount(tokens: tokens, rows: selection.tokenCount(of: tokens))
    }

    /// Records `rollout`.
    public mutating func observe(
        _ step: borrowing DecodingStep, record: inout TokenMetrics
    ) {
        let index = step.token.index
        guard index.rawValue == observed, tokens.map({ index < $0.upperBound }) ?? true else {
            return
        }
        guard index.rawValue > 0 else {
            observed = 1
            return
        }
        let isRecorded = tokens?.contains(index) ?? true
        let last = step.layerCount - 1
        if rows.isEmpty { rows = Array(repeating: TriangleRows(), count: last) }
        var below: [Double] = []
        for layer in 0...last {
            // Nothing of the rest can be known without one row.
            guard let attention = step.meanAttention(layer: layer),
                attention.count == index.rawValue
            else { return }
            let mixed = Self.withResidual(attention)
            // In the sum, this row's own share multiplies the row that was just computed.
            let row = layer == 0 ? mixed : rows[layer - 1].sum(weightedBy: mixed)
            below = row
            if layer < last { rows[layer].append(row) }
            if isRecorded, layer < last, layers.contains(layer) {
                record.record(row, as: .rollout(layer: layer), detail, from: 0)
            }
        }
        if isRecorded { record.record(below, as: .rollout, detail, from: 0) }
        observed += 1
    }

    /// `½ a + ½ e`, divided by its sum, where `e` is 1 at the query itself.
    static func withResidual(_ attention: Span<Float>) -> [Double] {
        var row = attention.doubles
        for place in row.indices { row[place] *= 0.5 }
        row[row.count - 1] += 0.5
        let sum = row.reduce(0, +)
        for place in row.indices { row[place] /= sum }
        return row
    }
}
