internal import ScopeDecoding
internal import ScopeTrace
internal import ScopeTransformer

/// Numbers of single attention rows on their way into a trace: their mean over all rows that are looked
/// at, and a column for each where that is wanted.
struct HeadColumns: Sendable {
    let selection: AttentionSelection
    let isSeparate: Bool
    private let key: MetricKey<Double>
    /// Made when the first token shows the model's shape.
    private var sources: [AttentionSource] = []
    private var keys: [MetricKey<Double>] = []
    /// Over the tokens, for means.
    private var sums: [Double] = []
    private var counts: [Int] = []

    init(_ key: MetricKey<Double>, _ selection: AttentionSelection, isSeparate: Bool) {
        self.key = key
        self.selection = selection
        self.isSeparate = isSeparate
    }

    /// Records what `measure` makes of each row; nothing where it makes nothing of any.
    ///
    /// - Parameters:
    ///   - step: The token.
    ///   - record: Takes the columns.
    ///   - measure: Makes a number of one row; nil where there is none.
    mutating func record(
        _ step: borrowing DecodingStep, _ record: inout TokenMetrics,
        _ measure: (Span<Float>) -> Double?
    ) {
        guard selection.contains(step.token.index) else { return }
        prepare(step)
        var sum = 0.0
        var count = 0
        for (place, source) in sources.enumerated() {
            guard let row = step.attention(source), let value = measure(row) else { continue }
            if isSeparate { record[keys[place]] = value }
            sums[place] += value
            counts[place] += 1
            sum += value
            count += 1
        }
        if count > 0 { record[key] = sum / Double(count) }
    }

    /// The sources of a model's attention that are looked at.
    mutating func sources(_ step: borrowing DecodingStep) -> [AttentionSource] {
        prepare(step)
        return sources
    }

    private mutating func prepare(_ step: borrowing DecodingStep) {
        guard sources.isEmpty else { return }
        sources = selection.sources(layerCount: step.layerCount, headCount: step.queryHeadCount)
        keys = sources.map { key.of($0) }
        sums = Array(repeating: 0, count: sources.count)
        counts = Array(repeating: 0, count: sources.count)
    }

    /// The means over the tokens: of all rows, and of each source where that is wanted.
    var summary: TraceSummary {
        var summary = TraceSummary()
        let count = counts.reduce(0, +)
        if count > 0 { summary[key] = sums.reduce(0, +) / Double(count) }
        guard isSeparate else { return summary }
        for place in sources.indices where counts[place] > 0 {
            summary[keys[place]] = sums[place] / Double(counts[place])
        }
        return summary
    }

    /// Bytes of the columns.
    func byteCount(tokens: Int, of model: DecoderConfiguration) -> Double {
        guard isSeparate else { return 0 }
        let columns = selection.sources(
            layerCount: model.layerCount, headCount: model.queryHeadCount)
        return Double(columns.count) * Double(tokens) * Double(MemoryLayout<Double?>.stride)
    }
}
