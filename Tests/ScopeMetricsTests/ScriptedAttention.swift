import ScopeTestKit
import TokenScope

/// Attention written down by hand: by layer, head and row.
struct ScriptedAttention {
    var layers: [[[[Float]]]]
    var headOutputs: [[[[Float]]]] = []
    var ids: [Int]

    /// Decodes the ids and one token behind them, so that every row predicts a token.
    func trace(
        _ parameters: GenerateParameters = .greedy(maxTokens: 1),
        with observers: any DecodingObserver...
    ) throws -> TokenTrace {
        let rows = ids.indices.map { _ in [Float](repeating: 0, count: 8) }
        var session = try DecodingSession(
            ScriptedModel(rows: rows, attention: layers, headOutputs: headOutputs).context,
            ids: ids, parameters: parameters)
        for observer in observers { session.attachAny(observer) }
        while try session.next() != nil {}
        return session.trace
    }

    /// One layer of two heads over four tokens, the second and the last of which are equal.
    static let small = ScriptedAttention(
        layers: [
            [
                [[1], [0.25, 0.75], [0.5, 0.25, 0.25], [0.125, 0.125, 0.5, 0.25]],
                [[1], [1, 0], [0.25, 0.25, 0.5], [0.5, 0.25, 0, 0.25]],
            ]
        ],
        ids: [3, 5, 4, 5])

    static let firstHead = AttentionSource(layer: 0, head: QueryHead(0))
    static let secondHead = AttentionSource(layer: 0, head: QueryHead(1))
    static let mean = AttentionSource(layer: 0, head: nil)
}

extension TokenTrace {
    /// The values of a column, for comparison with what was worked out.
    func values(_ key: MetricKey<Double>) -> [Double?] {
        self[key].map { Array($0) } ?? []
    }

    /// The rows of a column.
    func rows(_ key: MetricKey<MetricRow>) -> [[Double]?] {
        self[key].map { column in column.map { $0?.values } } ?? []
    }
}

/// Whether two columns have the same values, absent ones included.
func areNear(_ values: [Double?], _ expected: [Double?], within tolerance: Double = 1e-6) -> Bool {
    values.count == expected.count
        && zip(values, expected).allSatisfy { own, other in
            guard let own, let other else { return own == nil && other == nil }
            return abs(own - other) <= tolerance
        }
}

/// Whether two columns have the same rows, absent ones included.
func areNear(
    _ rows: [[Double]?], _ expected: [[Double]?], within tolerance: Double = 1e-6
) -> Bool {
    rows.count == expected.count
        && zip(rows, expected).allSatisfy { own, other in
            guard let own, let other else { return own == nil && other == nil }
            return areNear(own.map { $0 }, other.map { $0 }, within: tolerance)
        }
}
