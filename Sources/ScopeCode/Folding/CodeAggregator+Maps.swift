public import ScopeTrace

extension CodeAggregator {
    /// Folds attributions over the syntax at both ends: which construct a construct was written because
    /// of.
    ///
    /// Every attribution is a row: its target's prediction, explained by the tokens before. Both ends are
    /// divided by bytes, as metrics are; what lies in no document has the last row and column. So with
    /// `SyntaxMap/Norm/sum` the cells sum to all scores, at every level, signs kept.
    ///
    /// - Parameters:
    ///   - attributions: The rows, of one method.
    ///   - trace: The trace.
    ///   - sources: Its documents with their trees.
    ///   - level: The level.
    ///   - norm: How the rows are scaled.
    ///   - rowToken: Which token a row counts for.
    ///   - map: How the sequence relates to the documents; by default as the trace says.
    /// - Returns: The map.
    /// - Complexity: O(bytes + rows × (tokens + units)).
    public func map(
        of attributions: [Attribution], in trace: TokenTrace, over sources: [SyntaxSource],
        level: SyntaxLevel, norm: SyntaxMap.Norm = .sum,
        rowToken: SyntaxMap.RowToken = .predicted, map: DocumentMap? = nil
    ) -> SyntaxMap {
        var folder = MapFolder(
            SyntaxLayout(sources, trace: trace, map: map ?? trace.documents), level, norm)
        for row in attributions {
            folder.add(
                row.scores.enumerated().lazy.map { (token: $0, value: $1) }, rest: 0,
                of: row.target.rawValue, as: rowToken)
        }
        return folder.map(attributions.first?.method ?? "", level, rowToken)
    }

    /// Folds the attention of a head, or of a layer's mean over heads, over the syntax at both ends:
    /// which construct looks at which.
    ///
    /// Where a trace keeps the largest weights only, the rest of each row goes to the last column.
    ///
    /// - Parameters:
    ///   - column: The attention's column in the trace, such as `attention_l0_mean` or `rollout`.
    ///   - trace: The trace.
    ///   - sources: Its documents with their trees.
    ///   - level: The level.
    ///   - norm: How the rows are scaled.
    ///   - rowToken: Which token a row counts for.
    ///   - map: How the sequence relates to the documents; by default as the trace says.
    /// - Returns: The map, nil where the trace has no such column of rows.
    /// - Complexity: O(bytes + rows × (tokens + units)).
    public func map(
        ofAttention column: String, in trace: TokenTrace, over sources: [SyntaxSource],
        level: SyntaxLevel, norm: SyntaxMap.Norm = .mean,
        rowToken: SyntaxMap.RowToken = .predicted, map: DocumentMap? = nil
    ) -> SyntaxMap? {
        guard let rows = trace.metrics.column(named: column), rows.kind == .row else { return nil }
        let places = trace.metrics.column(named: column + "_tokens")
        let rests = trace.metrics.column(named: column + "_rest")
        var folder = MapFolder(
            SyntaxLayout(sources, trace: trace, map: map ?? trace.documents), level, norm)
        for token in trace.tokens.indices {
            guard case .row(let row)? = rows[token] else { continue }
            var named: [Int?]?
            if case .row(let places)? = places?[token] {
                named = places.values.map { Int(exactly: $0) }
            }
            // A whole row ends with the token before; a window may have cut its beginning.
            let first = max(0, token - row.values.count)
            let entries = row.values.enumerated().lazy.map { place, value in
                (
                    token: named.map { place < $0.count ? $0[place] ?? -1 : -1 } ?? first + place,
                    value: value
                )
            }
            folder.add(entries, rest: rests?[token]?.number ?? 0, of: token, as: rowToken)
        }
        return folder.map(column, level, rowToken)
    }
}

/// Rows of entries on their way into a map.
private struct MapFolder {
    private let alignment: SyntaxAlignment
    private let units: LevelUnits
    private var cells: [[Double]]
    private var weights: [Double]
    /// The row being folded, by unit.
    private var row: [Double]

    private let norm: SyntaxMap.Norm

    init(_ layout: SyntaxLayout, _ level: SyntaxLevel, _ norm: SyntaxMap.Norm) {
        self.norm = norm
        alignment = layout.alignment
        units = layout.units(of: level)
        let count = units.units.count + 1
        row = [Double](repeating: 0, count: count)
        weights = row
        cells = [[Double]](repeating: row, count: count)
    }

    mutating func add(
        _ entries: some Sequence<(token: Int, value: Double)>, rest: Double, of target: Int,
        as rowToken: SyntaxMap.RowToken
    ) {
        let token = rowToken == .predicted ? target : target - 1
        let outside = row.count - 1
        guard (0..<alignment.outside.count).contains(token) else { return }
        for unit in row.indices { row[unit] = 0 }
        row[outside] += rest
        for (key, value) in entries where value != 0 && !value.isNaN {
            guard (0..<alignment.outside.count).contains(key) else {
                add(value, share: 1, to: &row[outside])
                continue
            }
            add(value, share: alignment.outside[key], to: &row[outside])
            for share in alignment.shares(of: key) {
                let unit = Int(units.unitOf[Int(alignment.shareSegments[share])])
                add(value, share: alignment.shareWeights[share], to: &row[unit])
            }
        }
        func give(_ share: Double, to unit: Int) {
            weights[unit] += share
            for column in row.indices {
                add(row[column], share: share, to: &cells[unit][column])
            }
        }
        if alignment.outside[token] > 0 { give(alignment.outside[token], to: outside) }
        for share in alignment.shares(of: token) {
            let unit = Int(units.unitOf[Int(alignment.shareSegments[share])])
            give(alignment.shareWeights[share], to: unit)
        }
    }

    private func add(_ value: Double, share: Double, to cell: inout Double) {
        if norm != .max {
            cell += share * value
        } else if share > 0, abs(value) > abs(cell) {
            cell = value
        }
    }

    func map(
        _ name: String, _ level: SyntaxLevel, _ rowToken: SyntaxMap.RowToken
    ) -> SyntaxMap {
        let map = SyntaxMap(
            name: name, level: level, units: units.units, norm: norm == .max ? .max : .sum,
            rowToken: rowToken, cells: cells, rowWeights: weights)
        return [.sum, .max].contains(norm) ? map : map.scaled(norm)
    }
}
