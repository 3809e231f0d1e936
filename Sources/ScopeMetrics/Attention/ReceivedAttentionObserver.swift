public import ScopeDecoding
public import ScopeTrace
public import ScopeTransformer

extension MetricKey where Value == Double {
    /// The attention that later tokens gave to a token, as the mean over the heads that are looked at;
    /// see `ReceivedAttentionObserver`.
    public static let receivedAttention = MetricKey("received_attention", unit: .ratio)
}

/// How much later tokens attended to each token: the sum of the weights that the rows predicting them
/// gave to it, in tokens' worth of attention (the accumulated attention score of Zhang et al., 2023,
/// arXiv 2306.14048).
///
/// A true mass: each token that is predicted gives away 1, so the values of a sequence sum to the
/// tokens that were predicted. Grows with every token that follows: earlier tokens' values are amended,
/// and the last token has none yet.
///
/// - Complexity: O(tokens) writes a token, and as many for each head that has a column of its own.
public struct ReceivedAttentionObserver: DecodingObserver {
    private let selection: AttentionSelection
    private let isSeparate: Bool
    private var sources: [AttentionSource] = []
    /// The mass of each token: over all sources, then for each.
    private var masses: [[Double]] = [[]]

    /// Creates the observer.
    ///
    /// - Parameters:
    ///   - selection: The layers and heads that are looked at, and the tokens whose attention is
    ///     counted.
    ///   - isSeparate: Whether each head has a column of its own besides the mean over all.
    public init(_ selection: AttentionSelection = AttentionSelection(), isSeparate: Bool = false) {
        self.selection = selection
        self.isSeparate = isSeparate
    }

    /// The rows that are looked at.
    public var signals: SignalRequest { SignalRequest(attention: [selection.request]) }

    /// The columns, twice over.
    public func byteCount(tokens: Int, of model: DecoderConfiguration) -> Double {
        let sources = selection.sources(
            layerCount: model.layerCount, headCount: model.queryHeadCount)
        return Double(tokens) * (isSeparate ? Double(sources.count + 1) : 1) * 24
    }

    /// Amends `receivedAttention` of the tokens before this one.
    public mutating func observe(
        _ step: borrowing DecodingStep, record: inout TokenMetrics
    ) {
        guard selection.contains(step.token.index), step.contextLength > 0 else { return }
        if sources.isEmpty {
            sources = selection.sources(
                layerCount: step.layerCount, headCount: step.queryHeadCount)
            if isSeparate { masses += Array(repeating: [], count: sources.count) }
        }
        let start = step.token.index.rawValue - step.contextLength
        for column in masses.indices {
            while masses[column].count < step.token.index.rawValue { masses[column].append(0) }
        }
        var hasRow = false
        for (place, source) in sources.enumerated() {
            guard let row = step.attention(source) else { continue }
            hasRow = true
            let share = 1 / Double(sources.count)
            for key in row.indices {
                masses[0][start + key] += share * Double(row[key])
                if isSeparate { masses[place + 1][start + key] += Double(row[key]) }
            }
        }
        guard hasRow else { return }
        for column in masses.indices {
            let key: MetricKey<Double> =
                column == 0 ? .receivedAttention : .receivedAttention.of(sources[column - 1])
            for token in start..<step.token.index.rawValue {
                record.amend(key, at: TokenIndex(token), to: masses[column][token])
            }
        }
    }
}
