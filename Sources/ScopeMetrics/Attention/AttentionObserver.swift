public import ScopeDecoding
public import ScopeTrace
public import ScopeTransformer

extension MetricKey where Value == MetricRow {
    /// The stem of the names of attention rows; see `AttentionObserver`.
    ///
    /// The column of a head, or of a layer's mean over heads, is `MetricKey.attention.of(source)`.
    public static let attention = MetricKey("attention", unit: .probability)
}

/// What each token looked at: the attention rows that predicted it, by head or as the mean over heads,
/// whole or the largest weights of each with the mass of the rest.
///
/// A row is the softmax that the model computed, one weight for each token before this one that it could
/// see; a weight's token is its place, counted from the first token of the context (from 0 unless a
/// window cut the sequence). With `RowDetail.top` the tokens are in a column beside it,
/// `MetricKey.attention.of(source).tokens`, and the mass of the rest in `.rest`.
public struct AttentionObserver: DecodingObserver {
    /// The layers, heads and tokens that are recorded.
    public let selection: AttentionSelection
    /// How much of each row is recorded.
    public let detail: RowDetail
    private var sources: [AttentionSource] = []
    private var keys: [MetricKey<MetricRow>] = []

    /// Creates the observer.
    ///
    /// - Parameters:
    ///   - selection: The layers, heads and tokens that are recorded.
    ///   - detail: How much of each row is recorded; of `.top` at least one weight.
    public init(
        _ selection: AttentionSelection = AttentionSelection(), detail: RowDetail = .full
    ) {
        if case .top(let count) = detail {
            precondition(count > 0, "a row of no weights says nothing")
        }
        self.selection = selection
        self.detail = detail
    }

    /// The rows that are recorded.
    public var signals: SignalRequest { SignalRequest(attention: [selection.request]) }

    /// What goes into the trace.
    public func byteCount(tokens: Int, of model: DecoderConfiguration) -> Double {
        let sources = selection.sources(
            layerCount: model.layerCount, headCount: model.queryHeadCount)
        return Double(sources.count)
            * detail.byteCount(tokens: tokens, rows: selection.tokenCount(of: tokens))
    }

    /// Records `MetricKey.attention` of each source.
    public mutating func observe(
        _ step: borrowing DecodingStep, record: inout TokenMetrics
    ) {
        guard selection.contains(step.token.index) else { return }
        if sources.isEmpty {
            sources = selection.sources(
                layerCount: step.layerCount, headCount: step.queryHeadCount)
            keys = sources.map { MetricKey.attention.of($0) }
        }
        let start = step.token.index.rawValue - step.contextLength
        for (place, source) in sources.enumerated() {
            guard let row = step.attention(source) else { continue }
            record.record(row.doubles, as: keys[place], detail, from: start)
        }
    }
}
