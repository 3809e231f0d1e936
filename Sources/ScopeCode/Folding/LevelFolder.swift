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
    /// The units that tokens touch, each once a token, and by token where its begin.
    private var touches: [Int32] = []
    private var firstTouches: [Int] = [0]
    /// The units in which two parts of a token meet, which would count it twice, and by token where
    /// its begin.
    private var meetings: [Int32] = []
    private var firstMeetings: [Int] = [0]
    /// By unit, the tokens that touch it; and with those within, less the ones counted twice.
    private var ownCounts: [Int]
    private var totalCounts: [Int]

    init(units: LevelUnits, alignment: SyntaxAlignment, included: [Bool]) {
        self.alignment = alignment
        parents = units.parents
        isNested = units.isNested
        unitCount = units.units.count
        let unitOf = units.unitOf
        shareUnits = alignment.shareSegments.map { unitOf[Int($0)] }
        touches.reserveCapacity(shareUnits.count)
        firstTouches.reserveCapacity(included.count + 1)
        firstMeetings.reserveCapacity(included.count + 1)
        ownCounts = [Int](repeating: 0, count: unitCount)
        totalCounts = ownCounts
        let ends = isNested ? Self.ends(of: parents) : []
        var touched: [Int32] = []
        for token in included.indices {
            defer {
                firstTouches.append(touches.count)
                firstMeetings.append(meetings.count)
            }
            guard included[token] else { continue }
            touched.removeAll(keepingCapacity: true)
            for share in alignment.shares(of: token) {
                let unit = shareUnits[share]
                // By unit, which for nested ones is pre-order; few, and nearly in order.
                var place = touched.count
                while place > 0, touched[place - 1] > unit { place -= 1 }
                if place > 0, touched[place - 1] == unit { continue }
                touched.insert(unit, at: place)
            }
            for (place, unit) in touched.enumerated() {
                touches.append(unit)
                ownCounts[Int(unit)] += 1
                guard isNested, place > 0 else { continue }
                // The innermost unit around both.
                var around = touched[place - 1]
                while around >= 0, unit >= ends[Int(around)] { around = parents[Int(around)] }
                if around >= 0 {
                    meetings.append(around)
                    totalCounts[Int(around)] -= 1
                }
            }
        }
        for unit in 0..<unitCount { totalCounts[unit] += ownCounts[unit] }
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
        addShares(of: column, to: &own)
        // Nearly every token has a value, so those without are taken from the counts.
        var (ownCounts, totalCounts) = (ownCounts, totalCounts)
        for token in values.indices where values[token].isNaN {
            for touch in firstTouches[token]..<firstTouches[token + 1] {
                ownCounts[Int(touches[touch])] -= 1
                totalCounts[Int(touches[touch])] -= 1
            }
            for meeting in firstMeetings[token]..<firstMeetings[token + 1] {
                totalCounts[Int(meetings[meeting])] += 1
            }
        }
        for unit in 0..<unitCount { own[unit].count = ownCounts[unit] }
        var total = own
        if isNested { rollUp(&total, counts: totalCounts) }
        var result = SyntaxColumn(
            name: column.name, unit: column.unit, own: own, total: total,
            hasLogarithms: column.hasLogarithms)
        if !quantiles.isEmpty || bootstrap != nil {
            addSpread(to: &result, of: column, quantiles: quantiles, bootstrap: bootstrap)
        }
        return result
    }

    /// Gives each unit its shares of the tokens' values.
    private func addShares(of column: MetricValues, to own: inout [SyntaxStatistic]) {
        let (firsts, units) = (alignment.firstShares, shareUnits)
        let (weights, values, logarithms) =
            (alignment.shareWeights, column.values, column.logarithms)
        let hasLogarithms = column.hasLogarithms
        var cells = own.mutableSpan
        var next = 0
        for token in values.indices {
            let value = values[token]
            let end = firsts[token + 1]
            if !value.isNaN {
                let logarithm = hasLogarithms ? logarithms[token] : 0
                for share in next..<end {
                    cells[Int(units[share])].add(
                        value, share: weights[share], logarithm: logarithm)
                }
            }
            next = end
        }
    }

    /// Gives each unit what those within it have.
    private func rollUp(_ total: inout [SyntaxStatistic], counts: [Int]) {
        var cells = total.mutableSpan
        for unit in counts.indices { cells[unit].count = counts[unit] }
        for unit in counts.indices.reversed() where parents[unit] >= 0 {
            let inner = cells[unit]
            cells[Int(parents[unit])].merge(inner)
        }
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
