public import ScopeTrace

extension SyntaxView {
    /// Which construct had to do with which: a map as a table, rows took and columns gave.
    ///
    /// Units that neither give nor take are left out, and of those that are left the ones with the largest
    /// cells are shown, in the order of the text; the columns have the numbers of the rows.
    ///
    /// - Parameters:
    ///   - map: The map.
    ///   - mostUnits: As many rows and columns as are shown.
    /// - Returns: Text for the terminal.
    /// - Complexity: O(units²).
    public func map(_ map: SyntaxMap, mostUnits: Int = 12) -> String {
        let count = map.cells.count
        var sizes = [Double](repeating: 0, count: count)
        for row in 0..<count {
            for column in 0..<count {
                let size = abs(map.cells[row][column])
                sizes[row] += size
                sizes[column] += size
            }
        }
        let shown = sizes.indices.filter { sizes[$0] > 0 }
            .sorted { (-sizes[$0], $0) < (-sizes[$1], $1) }
            .prefix(mostUnits).sorted()
        let names = shown.map { place -> String in
            guard map.units.indices.contains(place) else { return "outside" }
            let unit = map.units[place]
            let name = unit.name + (unit.label.map { " " + $0 } ?? "")
            let visible = TerminalText.visible(name)
            return visible.count > nameWidth ? visible.prefix(nameWidth - 1) + "…" : visible
        }
        var table = [
            TextTable.Column("", shown.indices.map { "\($0 + 1)" }),
            TextTable.Column(
                "line",
                shown.map { place in
                    let units = map.units.indices
                    return units.contains(place) ? map.units[place].line.map(String.init) ?? "" : ""
                }),
            TextTable.Column(map.level.rawValue, names, isText: true),
        ]
        for (number, column) in shown.enumerated() {
            table.append(
                TextTable.Column(
                    "\(number + 1)",
                    shown.map { row in
                        let value = map.cells[row][column]
                        return value == 0 ? "" : DecimalText.fixed(value, digits: 3)
                    }))
        }
        let norm =
            switch map.norm {
            case .sum: "sums over all tokens"
            case .mean: "means over the rows' tokens"
            case .share: "shares of each row"
            case .max: "the strongest of each pair of tokens"
            }
        let token = map.rowToken == .predicted ? "predicted" : "read"
        let used = sizes.count { $0 > 0 }
        let hidden = used > shown.count ? "; \(used - shown.count) units with less left out" : ""
        let sum = map.norm == .max ? "" : "; all cells sum to \(DecimalText.significant(map.sum))"
        return "\(map.name) by \(map.level.rawValue): \(norm), a row is that of the token \(token)"
            + "\(hidden)\(sum)\n" + TextTable(table).text
    }
}
