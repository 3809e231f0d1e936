public import ScopeDecoding
public import ScopeTrace
public import ScopeTransformer

extension MetricKey where Value == Double {
    /// The weight on earlier occurrences of the query's own token, as the mean over the rows that are
    /// looked at; see `DuplicateTokenObserver`.
    public static let duplicateTokenScore = MetricKey("duplicate_token_score", unit: .probability)
}

/// How much each head looks at earlier occurrences of the token it stands at: the row at token `t` gives
/// them this much together (duplicate-token heads: Wang et al., 2022, arXiv 2211.00593).
///
/// The row that predicts token `i` stands at token `i − 1`. Only tokens whose row stands at a repeated
/// token have a value, and a head's score, in the summary, is the mean over these.
///
/// Must see the sequence from its first token on.
public struct DuplicateTokenObserver: DecodingObserver {
    private var columns: HeadColumns
    private var tokens = RepeatedTokens()

    /// Creates the observer.
    ///
    /// - Parameters:
    ///   - selection: The layers, heads and tokens that are looked at.
    ///   - isSeparate: Whether each head has a column and a score of its own besides the mean over
    ///     all.
    public init(_ selection: AttentionSelection = AttentionSelection(), isSeparate: Bool = false) {
        columns = HeadColumns(.duplicateTokenScore, selection, isSeparate: isSeparate)
    }

    /// The rows that are looked at.
    public var signals: SignalRequest {
        SignalRequest(attention: [columns.selection.request])
    }

    /// The columns.
    public func byteCount(tokens: Int, of model: DecoderConfiguration) -> Double {
        columns.byteCount(tokens: tokens, of: model)
    }

    /// Records `duplicateTokenScore`.
    public mutating func observe(
        _ step: borrowing DecodingStep, record: inout TokenMetrics
    ) {
        let places = tokens.places(step)
        if places.isEmpty { return }
        columns.record(step, &record) { row in row.mass(at: places) }
    }

    /// The scores so far: means over the tokens that have a value.
    public func summary() -> TraceSummary { columns.summary }
}
