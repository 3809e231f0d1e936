public import ScopeDecoding
public import ScopeTrace
public import ScopeTransformer

extension MetricKey where Value == Double {
    /// Another metric's mean over the tokens that a token attended to, as the mean over the heads that
    /// are looked at; see `AttendedMetricObserver`.
    ///
    /// - Parameter key: The other metric; the name is `attended_` and its name.
    /// - Returns: The key, in the same unit.
    public static func attended(_ key: MetricKey) -> MetricKey {
        MetricKey("attended_" + key.name, unit: key.unit)
    }
}

/// What kind of tokens a token attended to, by another of their metrics: its mean over the tokens of an
/// attention row, weighted by the row, Σ aⱼ mⱼ / Σ aⱼ over the tokens `j` that have the metric.
///
/// So tokens without the metric, such as the first without a surprisal, take no part, and the value
/// always lies between the least and the greatest of the metric. The other metric's observer must be
/// attached before this one; a value that is amended later counts as it was when the token after it was
/// observed.
public struct AttendedMetricObserver: DecodingObserver {
    private let key: MetricKey<Double>
    private var columns: HeadColumns
    private var values: [Double?] = []

    /// Creates the observer.
    ///
    /// - Parameters:
    ///   - key: The metric of the attended tokens.
    ///   - selection: The layers, heads and tokens that are looked at.
    ///   - isSeparate: Whether each head has a column of its own besides the mean over all.
    public init(
        of key: MetricKey<Double>, _ selection: AttentionSelection = AttentionSelection(),
        isSeparate: Bool = false
    ) {
        self.key = key
        columns = HeadColumns(.attended(key), selection, isSeparate: isSeparate)
    }

    /// The rows that are looked at.
    public var signals: SignalRequest {
        SignalRequest(attention: [columns.selection.request])
    }

    /// The columns.
    public func byteCount(tokens: Int, of model: DecoderConfiguration) -> Double {
        columns.byteCount(tokens: tokens, of: model)
    }

    /// Records `attended(_:)` of the metric.
    public mutating func observe(
        _ step: borrowing DecodingStep, record: inout TokenMetrics
    ) {
        while values.count < step.token.index.rawValue {
            values.append(record.value(of: key, at: TokenIndex(values.count)))
        }
        let start = step.token.index.rawValue - step.contextLength
        let values = values
        columns.record(step, &record) { row in
            var sum = 0.0
            var mass = 0.0
            for place in row.indices where row[place] > 0 {
                guard let value = values[start + place] else { continue }
                sum += Double(row[place]) * value
                mass += Double(row[place])
            }
            // Infinities of both signs have no mean.
            return mass > 0 && !sum.isNaN ? sum / mass : nil
        }
    }
}
