internal import ScopeTransformer

/// How much of a sum its parts account for, by how near each comes to the whole: `max(0, ‖z‖₁ − ‖z − p‖₁)` for
/// a part `p` of `z` (Ferrando and Voita, 2024).
enum Proximity {
    /// The sum of magnitudes.
    static func length(of vector: [Double]) -> Double {
        vector.reduce(0) { $0 + abs($1) }
    }

    /// A part's nearness to the whole, whose length is given.
    static func of(_ part: [Double], to whole: [Double], length: Double) -> Double {
        var distance = 0.0
        for place in whole.indices { distance += abs(whole[place] - part[place]) }
        return max(0, length - distance)
    }

    /// The nearness of a row times a weight, or of what a frozen norm makes of it.
    static func of(
        _ row: Span<Float>, times weight: Double, through norm: FrozenNorm?, to whole: [Double],
        length: Double
    ) -> Double {
        guard let norm else {
            return max(0, length - distance(row, weight, 0, nil, whole.span))
        }
        var mean = 0.0
        if norm.isCentred {
            for place in row.indices { mean += Double(row[place]) }
            mean /= Double(row.count)
        }
        return max(0, length - distance(row, weight, mean, norm.factors, whole.span))
    }

    /// `Σ |whole − weight · (row − mean) · factors|`, in four sums, which processors take side by side.
    private static func distance(
        _ row: Span<Float>, _ weight: Double, _ mean: Double, _ factors: [Double]?,
        _ whole: Span<Double>
    ) -> Double {
        var sums = SIMD4<Double>(repeating: 0)
        let end = whole.count & ~3
        var place = 0
        while place < end {
            var part = SIMD4(
                Double(row[place]), Double(row[place + 1]), Double(row[place + 2]),
                Double(row[place + 3]))
            let target = SIMD4(
                whole[place], whole[place + 1], whole[place + 2], whole[place + 3])
            if let factors {
                part -= mean
                part *= SIMD4(
                    factors[place], factors[place + 1], factors[place + 2], factors[place + 3])
            }
            let difference = target - weight * part
            sums += pointwiseMax(difference, -difference)
            place += 4
        }
        var sum = sums.sum()
        while place < whole.count {
            let part = (Double(row[place]) - mean) * (factors?[place] ?? 1)
            sum += abs(whole[place] - weight * part)
            place += 1
        }
        return sum
    }

    /// Nearnesses divided by their sum; all 0 where it is.
    static func shares(_ nearnesses: [Double]) -> [Double] {
        let sum = nearnesses.reduce(0, +)
        return sum > 0 ? nearnesses.map { $0 / sum } : nearnesses
    }
}
