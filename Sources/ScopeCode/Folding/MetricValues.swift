internal import ScopeTrace

/// The numbers of one metric, flat: what folding reads.
struct MetricValues {
    let name: String
    let unit: MetricUnit
    /// By token; NaN where there is no value or the token does not count.
    let values: [Double]
    /// By token, the logarithms of probabilities; empty for other metrics.
    let logarithms: [Double]

    init(name: String, unit: MetricUnit, values: [Double]) {
        self.name = name
        self.unit = unit
        self.values = values
        let isProbability = unit == .probability && !values.contains { $0 < 0 }
        logarithms =
            isProbability ? values.map { $0.isNaN ? 0 : ElementaryFunctions.log($0) } : []
    }

    var hasLogarithms: Bool { !logarithms.isEmpty }

    /// The metrics of a trace that are numbers, of those that are named.
    static func columns(
        of trace: TokenTrace, named names: [String]?, included: [Bool]
    ) -> [MetricValues] {
        trace.metrics.columns.compactMap { column in
            if let names, !names.contains(column.name) { return nil }
            var values = [Double](repeating: .nan, count: included.count)
            // By the typed column: asking cell by cell for a value of any kind costs ten times as much.
            switch column.kind {
            case .double:
                guard let cells = trace[MetricKey<Double>(column.name, unit: column.unit)] else {
                    return nil
                }
                for token in values.indices where included[token] {
                    if let value = cells[token] { values[token] = value }
                }
            case .int:
                guard let cells = trace[MetricKey<Int>(column.name, unit: column.unit)] else {
                    return nil
                }
                for token in values.indices where included[token] {
                    if let value = cells[token] { values[token] = Double(value) }
                }
            case .bool:
                guard let cells = trace[MetricKey<Bool>(column.name, unit: column.unit)] else {
                    return nil
                }
                for token in values.indices where included[token] {
                    if let value = cells[token] { values[token] = value ? 1 : 0 }
                }
            case .string, .ids, .row, .opaque: return nil
            }
            return MetricValues(name: column.name, unit: column.unit, values: values)
        }
    }

    /// The statistic of all tokens, each with a weight.
    func statistic(weight: (Int) -> Double) -> SyntaxStatistic {
        var statistic = SyntaxStatistic()
        for (token, value) in values.enumerated() where !value.isNaN {
            let share = weight(token)
            guard share > 0 else { continue }
            statistic.add(
                value, share: share, logarithm: hasLogarithms ? logarithms[token] : 0)
        }
        return statistic
    }
}
