public import ScopeDecoding
public import ScopeTrace
public import ScopeTransformer

extension MetricKey where Value == Double {
    /// The weight on the token before the query's own, as the mean over the rows that are looked at;
    /// see `PreviousTokenObserver`.
    public static let previousTokenScore = MetricKey("previous_token_score", unit: .probability)
}

/// How much each head looks one token back: the weight that the row at token `t` gives to token `t − 1`
/// (Elhage et al., 2021, "A Mathematical Framework for Transformer Circuits"; Olsson et al., 2022,
/// arXiv 2209.11895).
///
/// The row that predicts token `i` stands at token `i − 1`, so this is its weight on token `i − 2`; the
/// first two tokens have none. A head's score, in the summary, is its mean over the tokens: near 1 for a
/// previous-token head.
public struct PreviousTokenObserver: DecodingObserver {
    private var columns: HeadColumns

    /// Creates the observer.
    ///
    /// - Parameters:
    ///   - selection: The layers, heads and tokens that are looked at.
    ///   - isSeparate: Whether each head has a column and a score of its own besides the mean over
    ///     all.
    public init(_ selection: AttentionSelection = AttentionSelection(), isSeparate: Bool = false) {
        columns = HeadColumns(.previousTokenScore, selection, isSeparate: isSeparate)
    }

    /// The rows that are looked at.
    public var signals: SignalRequest {
        SignalRequest(attention: [columns.selection.request])
    }

    /// The columns.
    public func byteCount(tokens: Int, of model: DecoderConfiguration) -> Double {
        columns.byteCount(tokens: tokens, of: model)
    }

    /// Records `previousTokenScore`.
    public mutating func observe(
        _ step: borrowing DecodingStep, record: inout TokenMetrics
    ) {
        columns.record(step, &record) { row in
            row.count < 2 ? nil : Double(row[row.count - 2])
        }
    }

    /// The scores so far: means over the tokens.
    public func summary() -> TraceSummary { columns.summary }
}
