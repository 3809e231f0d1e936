public import ScopeTrace

/// The attention that a trace holds of one head, or of a layer's mean over heads.
public struct AttentionPattern: Hashable, Sendable {
    /// The layer.
    public var layer: Int
    /// The query head; nil for the mean over heads.
    public var head: Int?
    /// By token, what the row that predicted it gave to which tokens; nil where none was recorded.
    ///
    /// Where a trace keeps the largest weights only, the others are missing.
    public var rows: [[Weight]?]

    /// How much one token was attended to.
    public struct Weight: Hashable, Sendable {
        /// The token that was attended to.
        public var token: Int
        /// Its weight.
        public var value: Double
    }

    /// What a picture calls it.
    var name: String { "layer \(layer), " + (head.map { "head \($0)" } ?? "mean over heads") }
}

extension TokenTrace {
    /// Every pattern of attention in the trace, by layer and head.
    ///
    /// They are in the columns that an attention observer writes, `attention_l0_h1` or
    /// `attention_l0_mean`.
    ///
    /// - Complexity: O(weights).
    public var attentionPatterns: [AttentionPattern] {
        var patterns: [AttentionPattern] = []
        for column in metrics.columns where column.kind == .row {
            let parts = column.name.split(separator: "_")
            guard parts.count == 3, parts[0] == "attention", parts[1].first == "l",
                let layer = Int(parts[1].dropFirst()),
                parts[2] == "mean" || parts[2].first == "h"
            else { continue }
            let head = parts[2] == "mean" ? nil : Int(parts[2].dropFirst())
            guard parts[2] == "mean" || head != nil else { continue }
            let places = metrics.column(named: column.name + "_tokens")
            let rows = tokens.indices.map { token -> [AttentionPattern.Weight]? in
                guard case .row(let row)? = column[token] else { return nil }
                let first = token - row.values.count
                var named: [Double]?
                if case .row(let places)? = places?[token] { named = places.values }
                return row.values.enumerated().compactMap { place, value in
                    let key =
                        named.map { place < $0.count ? Int(exactly: $0[place]) : nil }
                        ?? (first + place)
                    guard let key, (0..<token).contains(key), value.isFinite else { return nil }
                    return AttentionPattern.Weight(token: key, value: value)
                }
            }
            patterns.append(AttentionPattern(layer: layer, head: head, rows: rows))
        }
        return patterns.sorted {
            ($0.layer, $0.head ?? -1) < ($1.layer, $1.head ?? -1)
        }
    }
}

extension HeatScale {
    /// Weights of attention, from 0 to 1.
    static let attention = HeatScale("attention", unit: .probability, cold: 0, hot: 1)
}
