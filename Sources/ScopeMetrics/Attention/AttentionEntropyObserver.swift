public import ScopeDecoding
public import ScopeTrace
public import ScopeTransformer

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension MetricKey where Value == Double {
    /// The entropy of attention rows, in nats, as the mean over the rows that are looked at; see
    /// `AttentionEntropyObserver`.
    public static let attentionEntropy = MetricKey("attention_entropy", unit: .nats)
}

/// How widely attention was spread: −Σ a ln a over the tokens of a row, 0 where all of it went to one
/// token, ln n where it went evenly to n (Ghader and Monz, 2017, arXiv 1710.03348; per head: Clark et
/// al., 2019, arXiv 1906.04341).
///
/// The entropy of a layer's mean row (`HeadSelection.mean`) is another number than the mean of its heads'
/// entropies, and never less.
public struct AttentionEntropyObserver: DecodingObserver {
    private var columns: HeadColumns

    /// Creates the observer.
    ///
    /// - Parameters:
    ///   - selection: The layers, heads and tokens that are looked at.
    ///   - isSeparate: Whether each head has a column of its own, `MetricKey.attentionEntropy.of(_:)`,
    ///     besides the mean over all.
    public init(_ selection: AttentionSelection = AttentionSelection(), isSeparate: Bool = false) {
        columns = HeadColumns(.attentionEntropy, selection, isSeparate: isSeparate)
    }

    /// The rows that are looked at.
    public var signals: SignalRequest {
        SignalRequest(attention: [columns.selection.request])
    }

    /// The columns.
    public func byteCount(tokens: Int, of model: DecoderConfiguration) -> Double {
        columns.byteCount(tokens: tokens, of: model)
    }

    /// Records `attentionEntropy`.
    public mutating func observe(
        _ step: borrowing DecodingStep, record: inout TokenMetrics
    ) {
        columns.record(step, &record) { row in
            var entropy = 0.0
            for place in row.indices where row[place] > 0 {
                entropy -= Double(row[place]) * log(Double(row[place]))
            }
            return max(0, entropy)
        }
    }
}
