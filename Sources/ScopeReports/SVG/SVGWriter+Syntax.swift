public import ScopeTrace

extension SVGWriter {
    /// Which construct looks at which: a map of attention or attribution over syntax, rows against
    /// columns.
    ///
    /// Cells of a map without negative values go from cold at 0 to hot at its greatest; of others the
    /// coldest is the least. Units that neither give nor take are left out, and of those that are left the
    /// ones with the largest cells are shown, in the order of the text.
    ///
    /// - Parameters:
    ///   - map: The map.
    ///   - title: The heading; by default it names what was folded.
    /// - Returns: The picture, of at most ``mostTokens`` units a side.
    /// - Complexity: O(units²).
    public func syntaxMap(_ map: SyntaxMap, title: String? = nil) -> String {
        let count = map.cells.count
        func size(row: Int) -> Double { map.cells[row].reduce(0) { $0 + abs($1) } }
        let columnSizes = (0..<count).map { column in
            map.cells.reduce(0) { $0 + abs($1[column]) }
        }
        let rows = most(of: (0..<count).map(size(row:)))
        let columns = most(of: columnSizes)
        let values = rows.flatMap { row in columns.map { map.cells[row][$0] } }
        let (least, greatest) = (values.min() ?? 0, values.max() ?? 0)
        let cold = min(0, least)
        let scale = HeatScale(
            map.name, unit: .none, cold: cold, hot: greatest > cold ? greatest : cold + 1)
        let labels = (0..<count).map { label(of: $0, in: map) }
        let cells = rows.map { row in
            columns.map { column -> SVGGrid.Cell in
                let value = map.cells[row][column]
                return SVGGrid.Cell(
                    heat: scale.heat(of: value),
                    text: value == 0 ? "" : DecimalText.fixed(value, digits: 2),
                    title: "\(labels[row]) from \(labels[column]): "
                        + DecimalText.significant(value))
            }
        }
        let norm =
            switch map.norm {
            case .sum: "sums over all tokens"
            case .mean: "means over the rows' tokens"
            case .share: "shares of each row"
            case .max: "the strongest of each pair of tokens"
            }
        let token = map.rowToken == .predicted ? "the token predicted" : "the token read"
        let hidden = count - max(rows.count, columns.count)
        return SVGGrid(
            title: title ?? "\(map.name) by \(map.level.rawValue)",
            subtitle: "\(norm); a row is that of \(token)"
                + (hidden > 0 ? "; \(hidden) units with little are left out" : ""),
            description: "What each construct took from each other: rows took, columns gave.",
            scale: scale, rowName: "", columnName: "from", rows: rows.map { labels[$0] },
            columns: columns.map { labels[$0] }, cells: cells,
            cellWidth: 6 * SVGDocument.columnWidth + 8, cellHeight: 20
        ).text()
    }

    /// The places of the largest sizes that are not 0, in order.
    private func most(of sizes: [Double]) -> [Int] {
        let places = sizes.indices.filter { sizes[$0] > 0 }
        return places.sorted { (-sizes[$0], $0) < (-sizes[$1], $1) }.prefix(mostTokens).sorted()
    }

    private func label(of place: Int, in map: SyntaxMap) -> String {
        guard map.units.indices.contains(place) else { return "outside" }
        let unit = map.units[place]
        let name = unit.name == "line" ? "" : unit.name + (unit.label.map { " " + $0 } ?? "")
        let line = unit.line.map { unit.name == "line" ? "line \($0)" : " :\($0)" } ?? ""
        return SVGText.label(name, columns: 28).replacing("·", with: " ") + line
    }
}
