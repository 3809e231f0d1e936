public import ScopeDecoding
public import ScopeTrace
public import ScopeTransformer

extension MetricKey where Value == MetricRow {
    /// Attention flow from the last layer to each token of the input; see `AttentionFlowObserver`.
    public static let attentionFlow = MetricKey("attention_flow", unit: .ratio)
    /// Attention flow divided by its sum over the tokens; see `AttentionFlowObserver`.
    public static let attentionFlowShare = MetricKey("attention_flow_share", unit: .probability)
}

/// How much of each chosen prediction could have come from each token of the input, if attention were
/// the width of pipes: attention flow (Abnar and Zuidema, 2020, arXiv 2005.00928).
///
/// In a network whose nodes are the tokens at each layer and whose edges have the capacities
/// `½ a_ij + ½ δ_ij` (`a` the mean of a layer's heads, the second half the residual stream), the flow of
/// token `j` is the maximum flow from the predicting row at the top to `j` at the input. Exact. The
/// flows of a row are maxima by themselves and sum to more than 1; divided by their sum they are the
/// shares.
///
/// It must see the sequence from its first token on; where a window moves on, later tokens have none.
///
/// - Complexity: For each chosen token, one maximum flow for each token before it, in a network of
///   layers × tokens² / 2 edges: meant for few rows of short texts.
public struct AttentionFlowObserver: DecodingObserver {
    /// The tokens whose flow is computed.
    public let tokens: Range<TokenIndex>
    /// How much of each row is recorded.
    public let detail: RowDetail
    /// The mean rows of each layer.
    private var rows: [TriangleRows] = []
    private var observed = 0

    /// Creates the observer.
    ///
    /// - Parameters:
    ///   - tokens: The tokens whose flow is computed.
    ///   - detail: How much of each row is recorded.
    public init(tokens: Range<TokenIndex>, detail: RowDetail = .full) {
        self.tokens = tokens
        self.detail = detail
    }

    /// The mean over heads in every layer, up to the last token that is chosen.
    public var signals: SignalRequest {
        let end = max(0, tokens.upperBound.rawValue - 1)
        return SignalRequest(attention: [AttentionRequest(heads: .mean, rows: 0..<end)])
    }

    /// The mean rows of all layers, the network of the longest row, and what goes into the trace.
    public func byteCount(tokens: Int, of model: DecoderConfiguration) -> Double {
        let last = min(tokens, self.tokens.upperBound.rawValue)
        let count = AttentionSelection(tokens: self.tokens).tokenCount(of: tokens)
        return Double(model.layerCount) * 5 * TriangleRows.byteCount(rows: last)
            + 2 * detail.byteCount(tokens: last, rows: count)
    }

    /// Records `attentionFlow` and `attentionFlowShare` of the chosen tokens.
    public mutating func observe(
        _ step: borrowing DecodingStep, record: inout TokenMetrics
    ) {
        let index = step.token.index
        guard index.rawValue == observed, index < tokens.upperBound else { return }
        observed += 1
        guard index.rawValue > 0 else { return }
        if rows.isEmpty { rows = Array(repeating: TriangleRows(), count: step.layerCount) }
        for layer in 0..<step.layerCount {
            guard let attention = step.meanAttention(layer: layer),
                attention.count == index.rawValue
            else {
                // Nothing of later rows can be known without this one.
                observed = Int.max
                return
            }
            rows[layer].append(attention.doubles)
        }
        guard tokens.contains(index) else { return }
        let flows = Self.flows(rows, from: index.rawValue - 1)
        let sum = flows.reduce(0, +)
        record.record(flows, as: .attentionFlow, detail, from: 0)
        record.record(flows.map { $0 / sum }, as: .attentionFlowShare, detail, from: 0)
    }

    /// The maximum flow from a row at the top to each token that it could see.
    static func flows(_ rows: [TriangleRows], from row: Int) -> [Double] {
        let capacities = rows.map { layer in
            (0...row).map { query in
                (0...query).map { key in
                    0.5 * Double(layer[query, key]) + (key == query ? 0.5 : 0)
                }
            }
        }
        var network = MaximumFlow(capacities: capacities)
        return (0...row).map { network.value(from: row, to: $0) }
    }
}
