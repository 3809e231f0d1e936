public import ScopeDecoding
public import ScopeTrace
public import ScopeTransformer

extension MetricKey where Value == Double {
    /// The attention of one span of tokens to another, as the mean over the rows that are looked at;
    /// see `SpanAttentionObserver`.
    public static let spanAttention = MetricKey("span_attention", unit: .probability)
}

/// How much one span of tokens attended to another: of each token of the first, the sum of its weights
/// on the tokens of the second.
///
/// Weights are summed, so two spans that lie side by side have together what they have alone. The
/// summary holds the means over the tokens of the first span. A token that could see nothing of the
/// second span has no value.
public struct SpanAttentionObserver: DecodingObserver {
    /// The tokens that are attended to.
    public let target: Range<TokenIndex>
    private var columns: HeadColumns

    /// Creates the observer.
    ///
    /// - Parameters:
    ///   - source: The tokens whose predictions attend.
    ///   - target: The tokens that are attended to.
    ///   - layers: The layers that are looked at.
    ///   - heads: The heads that are looked at, or their mean.
    ///   - key: The name in the trace, for those who compare several pairs of spans.
    ///   - isSeparate: Whether each head has a column and a mean of its own besides the mean over
    ///     all.
    public init(
        from source: Range<TokenIndex>, to target: Range<TokenIndex>,
        layers: LayerSelection = .all, heads: HeadSelection = .all,
        key: MetricKey<Double> = .spanAttention, isSeparate: Bool = false
    ) {
        self.target = target
        columns = HeadColumns(
            key, AttentionSelection(layers: layers, heads: heads, tokens: source),
            isSeparate: isSeparate)
    }

    /// The rows that are looked at.
    public var signals: SignalRequest {
        SignalRequest(attention: [columns.selection.request])
    }

    /// The columns.
    public func byteCount(tokens: Int, of model: DecoderConfiguration) -> Double {
        columns.byteCount(tokens: tokens, of: model)
    }

    /// Records the key it was created with.
    public mutating func observe(
        _ step: borrowing DecodingStep, record: inout TokenMetrics
    ) {
        let start = step.token.index.rawValue - step.contextLength
        let seen = 0..<step.contextLength
        let keys = max(0, target.lowerBound.rawValue - start)
        let end = min(seen.upperBound, target.upperBound.rawValue - start)
        guard keys < end else { return }
        columns.record(step, &record) { row in row.mass(keys..<end) }
    }

    /// The means over the tokens of the first span so far.
    public func summary() -> TraceSummary { columns.summary }
}
