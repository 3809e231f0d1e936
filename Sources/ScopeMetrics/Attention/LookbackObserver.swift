public import ScopeDecoding
public import ScopeTrace
public import ScopeTransformer

extension MetricKey where Value == Double {
    /// The lookback ratio, as the mean over the rows that are looked at; see `LookbackObserver`.
    public static let lookbackRatio = MetricKey("lookback_ratio", unit: .ratio)
}

/// Whether the model looked at the prompt or at what it had written itself (Chuang et al., 2024,
/// arXiv 2407.07071): `P / (P + G)`, where `P` is the mean weight of a row on the prompt's tokens and `G`
/// the mean weight on the tokens after it.
///
/// Above ½ where a token of the prompt got more than one that was written. Tokens of the prompt have no
/// value, nor has the first token after it, which has nothing written to look at.
///
/// Must see the sequence from its first token on.
public struct LookbackObserver: DecodingObserver {
    private var columns: HeadColumns
    private var promptCount = 0

    /// Creates the observer.
    ///
    /// - Parameters:
    ///   - selection: The layers, heads and tokens that are looked at.
    ///   - isSeparate: Whether each head has a column of its own besides the mean over all.
    public init(_ selection: AttentionSelection = AttentionSelection(), isSeparate: Bool = false) {
        columns = HeadColumns(.lookbackRatio, selection, isSeparate: isSeparate)
    }

    /// The rows that are looked at.
    public var signals: SignalRequest {
        SignalRequest(attention: [columns.selection.request])
    }

    /// The columns.
    public func byteCount(tokens: Int, of model: DecoderConfiguration) -> Double {
        columns.byteCount(tokens: tokens, of: model)
    }

    /// Records `lookbackRatio` of tokens after the prompt.
    public mutating func observe(
        _ step: borrowing DecodingStep, record: inout TokenMetrics
    ) {
        guard step.token.origin != .prompt else {
            promptCount += 1
            return
        }
        let start = step.token.index.rawValue - step.contextLength
        let prompt = max(0, promptCount - start)
        let written = step.contextLength - prompt
        guard prompt > 0, written > 0 else { return }
        columns.record(step, &record) { row in
            let toPrompt = row.mass(0..<prompt) / Double(prompt)
            let toWritten = row.mass(prompt..<row.count) / Double(written)
            let sum = toPrompt + toWritten
            return sum > 0 ? toPrompt / sum : nil
        }
    }
}
