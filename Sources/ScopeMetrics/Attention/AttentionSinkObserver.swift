public import ScopeDecoding
public import ScopeTrace
public import ScopeTransformer

extension MetricKey where Value == Double {
    /// The share of attention that the first tokens take, as the mean over the rows that are looked
    /// at; see `AttentionSinkObserver`.
    public static let sinkMass = MetricKey("sink_mass", unit: .probability)
}

/// How much attention went to the sink: the sum of a row's weights on the first tokens that the model
/// could see, where heads put what they have no use for (Xiao et al., 2023, arXiv 2309.17453).
public struct AttentionSinkObserver: DecodingObserver {
    /// The tokens that count as the sink.
    public let sinkCount: Int
    private var columns: HeadColumns

    /// Creates the observer.
    ///
    /// - Parameters:
    ///   - selection: The layers, heads and tokens that are looked at.
    ///   - sinkCount: The tokens that count as the sink, at least 1; the first ones of the context.
    ///   - isSeparate: Whether each head has a column of its own besides the mean over all.
    public init(
        _ selection: AttentionSelection = AttentionSelection(), sinkCount: Int = 1,
        isSeparate: Bool = false
    ) {
        precondition(sinkCount > 0, "a sink has at least one token")
        self.sinkCount = sinkCount
        columns = HeadColumns(.sinkMass, selection, isSeparate: isSeparate)
    }

    /// The rows that are looked at.
    public var signals: SignalRequest {
        SignalRequest(attention: [columns.selection.request])
    }

    /// The columns.
    public func byteCount(tokens: Int, of model: DecoderConfiguration) -> Double {
        columns.byteCount(tokens: tokens, of: model)
    }

    /// Records `sinkMass`.
    public mutating func observe(
        _ step: borrowing DecodingStep, record: inout TokenMetrics
    ) {
        let count = sinkCount
        columns.record(step, &record) { row in row.mass(0..<min(count, row.count)) }
    }
}
