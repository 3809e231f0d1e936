internal import ScopeTrace

/// Folds columns over the units of one level.
///
/// What does not depend on the column is worked out once: which unit each share falls to, and which
/// tokens count in which units, each once.
struct LevelFolder {
    private let alignment: SyntaxAlignment
    private let parents: [Int32]
    private let isNested: Bool
    private let unitCount: Int
    /// By share of the alignment, its unit.
    private let shareUnits: [Int32]
    /// Tokens and the units they touch, each pair once.
    private var touches: [(token: Int32, unit: Int32)] = []
    /// Tokens and the units in which two of their parts meet, which would count them twice.
    private var meetings: [(token: Int32, unit: Int32)] = []

    init(units: LevelUnits, alignment: SyntaxAlignment, included: [Bool]) {
        self.alignment = alignment
        parents = units.parents
        isNested = units.isNested
        unitCount = units.units.count
        let unitOf = units.unitOf
        shareUnits = alignment.shareSegments.map { unitOf[Int($0)] }
        touches.reserveCapacity(shareUnits.count)
        var ends: [Int32] = []
        if isNested { ends = Self.ends(of: parents) }
        var touched: [Int32] = []
        for token in included.indices where included[token] {
            touched.removeAll(keepingCapacity: true)
            for share in alignment.shares(of: token) {
                let unit = shareUnits[share]
                // By unit, which for nested ones is pre-order; few, and nearly in order.
                var place = touched.count
                while place > 0, touched[place - 1] > unit { place -= 1 }
                if place > 0, touched[place - 1] == unit { continue }
                touched.insert(unit, at: place)
            }
            let number = Int32(truncatingIfNeeded: token)
            for (place, unit) in touched.enumerated() {
                touches.append((number, unit))
                guard isNested, place > 0 else { continue }
                // The innermost unit around both.
                var around = touched[place - 1]
                while around >= 0, unit >= ends[Int(around)] { around = parents[Int(around)] }
                if around >= 0 { meetings.append((number, around)) }
            }
        }
    }

    /// By unit in pre-order, where those within it end.
    private static func ends(of parents: [Int32]) -> [Int32] {
        var ends = parents.indices.map { Int32(truncatingIfNeeded: $0 + 1) }
        for unit in parents.indices.reversed() where parents[unit] >= 0 {
            ends[Int(parents[unit])] = max(ends[Int(parents[unit])], ends[unit])
        }
        return ends
    }

    func fold(
        _ column: MetricValues, quantiles: [Double], bootstrap: Bootstrap?
    ) -> SyntaxColumn {
        var own = [SyntaxStatistic](repeating: SyntaxStatistic(), count: unitCount)
        let values = column.values
        for token in values.indices {
            let value = values[token]
            guard !value.isNaN else { continue }
            let logarithm = column.hasLogarithms ? column.logarithms[token] : 0
            for share in alignment.shares(of: token) {
                own[Int(shareUnits[share])].add(
                    value, share: alignment.shareWeights[share], logarithm: logarithm)
            }
        }
        for unit in own.indices { own[unit].count = 0 }
        for touch in touches where !values[Int(touch.token)].isNaN {
            own[Int(touch.unit)].count += 1
        }
        var total = own
        if isNested {
            for meeting in meetings where !values[Int(meeting.token)].isNaN {
                total[Int(meeting.unit)].count -= 1
            }
            for unit in total.indices.reversed() where parents[unit] >= 0 {
                total[Int(parents[unit])].merge(total[unit])
            }
        }
        var result = SyntaxColumn(
            name: column.name, unit: column.unit, own: own, total: total,
            hasLogarithms: column.hasLogarithms)
        if !quantiles.isEmpty || bootstrap != nil {
            addSpread(to: &result, of: column, quantiles: quantiles, bootstrap: bootstrap)
        }
        return result
    }

    /// Quantiles and intervals, which need the values of each unit themselves.
    private func addSpread(
        to result: inout SyntaxColumn, of column: MetricValues, quantiles: [Double],
        bootstrap: Bootstrap?
    ) {
        // The shares by unit: in pre-order those of a unit and all within it stand together.
        var starts = [Int](repeating: 0, count: unitCount + 1)
        for unit in shareUnits { starts[Int(unit) + 1] += 1 }
        for unit in 0..<unitCount { starts[unit + 1] += starts[unit] }
        var next = starts
        var ordered = [(token: Int, weight: Double)](
            repeating: (0, 0), count: shareUnits.count)
        for token in column.values.indices {
            for share in alignment.shares(of: token) {
                let unit = Int(shareUnits[share])
                ordered[next[unit]] = (token, alignment.shareWeights[share])
                next[unit] += 1
            }
        }
        let ends = Self.ends(of: parents)
        for unit in 0..<unitCount {
            let range = starts[unit]..<starts[isNested ? Int(ends[unit]) : unit + 1]
            var weights: [Int: Double] = [:]
            for (token, weight) in ordered[range] where !column.values[token].isNaN {
                weights[token, default: 0] += weight
            }
            let samples = weights.sorted { $0.key < $1.key }.map { token, weight in
                WeightedSample(value: column.values[token], weight: weight)
            }
            if !quantiles.isEmpty {
                result.quantiles.append(WeightedSample.quantiles(quantiles, of: samples))
            }
            if let bootstrap {
                result.intervals.append(bootstrap.interval(of: samples, stream: unit))
            }
        }
    }
}
