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
            let kept = row.largest(count)
            let sum = kept.reduce(0) { $0 + row[$1] }
            self[key] = MetricRow(kept.map { row[$0] })
            self[key.tokens] = MetricRow(kept.map { Double(start + $0) })
            // Rounding must not leave less than nothing.
            self[key.rest] = kept.count == row.count ? 0 : max(0, row.reduce(0, +) - sum)
        }
    }
}

extension [Double] {
    /// The places of the largest numbers, largest first, equal ones by place.
    ///
    /// - Complexity: O(numbers × `count`) at worst; about O(numbers) where `count` is small.
    func largest(_ count: Int) -> [Int] {
        var places: [Int] = []
        for place in indices {
            if places.count == count {
                guard let last = places.last, self[place] > self[last] else { continue }
                places.removeLast()
            }
            var target = places.count
            while target > 0, self[place] > self[places[target - 1]] { target -= 1 }
            places.insert(place, at: target)
        }
        return places
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
