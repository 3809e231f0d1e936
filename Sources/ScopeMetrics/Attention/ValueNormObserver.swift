public import ScopeDecoding
public import ScopeTrace
public import ScopeTransformer

extension MetricKey where Value == MetricRow {
    /// The stem of the names of rows of attention weighted by the length of what it carries; see
    /// `ValueNormObserver`.
    ///
    /// A head's column is `MetricKey.valueWeightedNorm.of(source)`.
    public static let valueWeightedNorm = MetricKey("value_weighted_norm")
}

/// What each token really took in from the tokens it looked at: attention weighted by the length of the
/// vector that it carries (Kobayashi et al., 2020, arXiv 2004.10102).
///
/// A head turns a token `j` into the vector `f_h(j) = v_h(j) W_h`, by its value (bias included) and its share
/// of the output matrix (the bias of which belongs to no head). A head's row holds `‖a_ij f_h(j)‖`; with
/// `HeadSelection.mean` a layer's row holds the length of what all its heads take in together,
/// `‖Σ_h a^h_ij f_h(j)‖`, under the source `l3_sum`. In the units of the residual stream, before a norm or
/// a factor that a family has behind the output matrix.
///
/// The observer must be attached before the first token is computed: rows with tokens whose vectors
/// were not asked for are left out.
///
/// - Complexity: For the model, a product with the output matrix of as many rows a token as there are
///   heads; O(tokens × heads²) a layer for the sums over heads.
public struct ValueNormObserver: DecodingObserver {
    /// The layers, heads and tokens that are recorded; `HeadSelection.mean` stands for the sum.
    public let selection: AttentionSelection
    /// How much of each row is recorded.
    public let detail: RowDetail

    /// Creates the observer.
    ///
    /// - Parameters:
    ///   - selection: The layers, heads and tokens that are recorded; `HeadSelection.mean` stands for the
    ///     sum over heads.
    ///   - detail: How much of each row is recorded.
    public init(
        _ selection: AttentionSelection = AttentionSelection(), detail: RowDetail = .full
    ) {
        self.selection = selection
        self.detail = detail
    }

    /// The key of what a layer's heads take in together.
    ///
    /// - Parameter layer: The decoder block, from 0.
    /// - Returns: `value_weighted_norm_l3_sum` for block 3.
    public static func sumKey(layer: Int) -> MetricKey<MetricRow> {
        MetricKey(MetricKey<MetricRow>.valueWeightedNorm.name + "_l\(layer)_sum")
    }

    /// The attention rows, and the products of the values.
    public var signals: SignalRequest {
        var attention = selection.request
        if attention.heads == .mean { attention.heads = .all }
        return SignalRequest(attention: [attention], valueProducts: selection.layers)
    }

    /// What goes into the trace.
    public func byteCount(tokens: Int, of model: DecoderConfiguration) -> Double {
        let sources = selection.sources(
            layerCount: model.layerCount, headCount: model.queryHeadCount)
        return Double(sources.count)
            * detail.byteCount(tokens: tokens, rows: selection.tokenCount(of: tokens))
    }

    /// Records `MetricKey.valueWeightedNorm` of each source.
    public mutating func observe(
        _ step: borrowing DecodingStep, record: inout TokenMetrics
    ) {
        guard selection.contains(step.token.index), let products = step.valueProducts else {
            return
        }
        let end = step.token.index.rawValue
        let start = end - step.contextLength
        guard products.tokens.contains(TokenIndex(start)),
            products.tokens.contains(TokenIndex(end - 1))
        else { return }
        for layer in selection.layers.chosen(of: step.layerCount) {
            if selection.heads == .mean {
                guard let row = Self.summed(step, products, layer: layer, from: start) else {
                    continue
                }
                record.record(row, as: Self.sumKey(layer: layer), detail, from: start)
                continue
            }
            for head in selection.heads.chosen(of: step.queryHeadCount) {
                guard let weights = step.attention(layer: layer, head: head) else { continue }
                var row = weights.doubles
                for place in row.indices {
                    row[place] *= products.norm(
                        layer: layer, head: head, of: TokenIndex(start + place))
                }
                let source = AttentionSource(layer: layer, head: head)
                record.record(row, as: .valueWeightedNorm.of(source), detail, from: start)
            }
        }
    }

    private static func summed(
        _ step: borrowing DecodingStep, _ products: ValueProducts, layer: Int, from start: Int
    ) -> [Double]? {
        var rows: [[Double]] = []
        for head in 0..<step.queryHeadCount {
            guard let row = step.attention(layer: layer, head: QueryHead(head)) else { return nil }
            rows.append(row.doubles)
        }
        return (0..<step.contextLength).map { place in
            products.norm(
                layer: layer, weights: rows.map { $0[place] }, of: TokenIndex(start + place))
        }
    }
}
