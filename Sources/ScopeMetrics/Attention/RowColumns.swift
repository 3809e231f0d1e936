internal import ScopeDecoding
public import ScopeTrace

extension MetricKey where Value == MetricRow {
    /// The tokens that the numbers of a row belong to, where only the largest were kept
    /// (`RowDetail.top`): `NAME_tokens`, in the row's order.
    public var tokens: MetricKey<MetricRow> { MetricKey(name + "_tokens", unit: .position) }

    /// The sum of a row's other numbers, where only the largest were kept (`RowDetail.top`):
    /// `NAME_rest`.
    public var rest: MetricKey<Double> { MetricKey<Double>(name + "_rest", unit: unit) }
}

extension TokenMetrics {
    /// Records a row over the tokens of a step's context.
    ///
    /// - Parameters:
    ///   - row: A number for each token before this one that the model could see.
    ///   - key: The row's name.
    ///   - detail: How much of it is taken in.
    ///   - start: The token that the row begins with.
    mutating func record(
        _ row: [Double], as key: MetricKey<MetricRow>, _ detail: RowDetail, from start: Int
    ) {
        switch detail {
        case .full:
            self[key] = MetricRow(row)
        case .top(let count):
            let order = row.indices.sorted {
                row[$0] == row[$1] ? $0 < $1 : row[$0] > row[$1]
            }
            let kept = order.prefix(count)
            self[key] = MetricRow(kept.map { row[$0] })
            self[key.tokens] = MetricRow(kept.map { Double(start + $0) })
            self[key.rest] = order.dropFirst(count).reduce(0) { $0 + row[$1] }
        }
    }
}

extension Span<Float> {
    /// The numbers, widened.
    var doubles: [Double] {
        var values: [Double] = []
        values.reserveCapacity(count)
        for index in indices { values.append(Double(self[index])) }
        return values
    }
}
