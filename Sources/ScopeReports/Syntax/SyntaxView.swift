public import ScopeTrace

/// Shows a report on syntax as text for terminals: the units of a level as a table, or a tree with
/// numbers.
public struct SyntaxView: Sendable {
    /// The metrics that are shown, by name; empty for all.
    public var metrics: [String]
    /// Characters that a unit's name may take before it is cut.
    public var nameWidth: Int
    /// Metrics whose sums are shown whatever their unit, such as scores that add up.
    public var summed: [String] = []

    /// Makes a view.
    ///
    /// - Parameters:
    ///   - metrics: The metrics that are shown, by name; empty for all.
    ///   - nameWidth: Characters that a unit's name may take before it is cut.
    public init(metrics: [String] = [], nameWidth: Int = 44) {
        precondition(nameWidth > 1, "a name needs at least two characters")
        self.metrics = metrics
        self.nameWidth = nameWidth
    }

    /// The units of a level, one a row: line, name, tokens, and of each metric the mean over what the unit
    /// covers; of metrics that add up the sum over what it owns, too.
    ///
    /// Units without a token are left out. What is owned, and what lies outside the documents, sums to the
    /// last row.
    ///
    /// - Parameters:
    ///   - level: The level.
    ///   - report: The report.
    /// - Returns: Text for the terminal, nil where the report has no such level.
    /// - Complexity: O(units × metrics).
    public func table(of level: SyntaxLevel, in report: SyntaxReport) -> String? {
        guard let fold = report[level] else { return nil }
        let shown = columns(of: fold)
        let places = fold.units.indices.filter { place in
            shown.isEmpty || shown.contains { $0.total[place].count > 0 }
        }
        let hasOutside = report.outside.contains { $0.statistic.count > 0 }
        let ends = (hasOutside ? ["outside the code"] : []) + ["all"]
        let depths = depths(of: fold)
        let isNested = fold.units.contains { $0.parent != nil }
        let names = places.map { place in
            String(repeating: "  ", count: isNested ? min(depths[place], 12) : 0)
                + name(of: fold.units[place])
        }
        var table = [
            TextTable.Column(
                "line",
                places.map { fold.units[$0].line.map(String.init) ?? "" } + ends.map { _ in "" }),
            TextTable.Column(level.rawValue, names + ends, isText: true),
            TextTable.Column(
                "tokens",
                places.map { place in "\(shown.map { $0.total[place].count }.max() ?? 0)" }
                    + ends.map { _ in "" }),
        ]
        for column in shown {
            let totals = [report.outside, report.whole].suffix(ends.count).map { list in
                list.first { $0.name == column.name }?.statistic ?? SyntaxStatistic()
            }
            let means = places.map { column.total[$0] } + totals
            table.append(TextTable.Column(column.name, means.map { Self.number($0.mean) }))
            guard column.isAdditive || summed.contains(column.name) else { continue }
            let sums = places.map { column.own[$0] } + totals
            table.append(
                TextTable.Column(
                    "own sum", sums.map { Self.number($0.weight > 0 ? $0.sum : nil) }))
        }
        return TextTable(table).text
    }

    /// The named nodes of a report's trees, one a line, indented by depth: name, text, tokens and the mean
    /// of each metric.
    ///
    /// - Parameters:
    ///   - report: A report with the level ``/ScopeTrace/SyntaxLevel/namedNode``.
    ///   - text: The bytes of each document, by its region.
    ///   - depth: Nodes that lie deeper are left out; nil for none.
    /// - Returns: Text for the terminal, nil where the report has no such level.
    /// - Complexity: O(nodes × metrics).
    public func tree(
        of report: SyntaxReport, text: (Int) -> [UInt8], depth: Int? = nil
    ) -> String? {
        guard let fold = report[.namedNode] else { return nil }
        let shown = columns(of: fold)
        let depths = depths(of: fold)
        let places = fold.units.indices.filter { depths[$0] <= depth ?? .max }
        var texts: [Int: [UInt8]] = [:]
        for region in report.regions { texts[region.number] = text(region.number) }
        let excerpts = places.map { place -> String in
            guard let region = fold.units[place].region, let bytes = texts[region],
                let span = fold.units[place].span?.clamped(to: 0..<bytes.count)
            else { return "" }
            let line = bytes[span].split(separator: 10).first ?? []
            return TerminalText.quoted(String(decoding: line, as: UTF8.self), width: 32)
        }
        let fields = places.map { place -> String in
            let unit = fold.units[place]
            guard let node = unit.node,
                let tree = report.regions.first(where: { $0.number == unit.region })?.tree
            else { return "" }
            return tree.fieldName(of: node).map { $0 + ": " } ?? ""
        }
        let names = zip(places, fields).map { place, field in
            String(repeating: "  ", count: min(depths[place], 40)) + field
                + fold.units[place].name
        }
        var table = [
            TextTable.Column(
                "line", places.map { fold.units[$0].line.map(String.init) ?? "" }),
            TextTable.Column("node", names, isText: true),
            TextTable.Column("text", excerpts, isText: true),
            TextTable.Column(
                "tokens",
                places.map { place in "\(shown.map { $0.total[place].count }.max() ?? 0)" }),
        ]
        for column in shown {
            table.append(
                TextTable.Column(
                    column.name, places.map { Self.number(column.total[$0].mean) }))
        }
        return TextTable(table).text
    }

    /// Hot spots, one a line with their reasons below.
    ///
    /// - Parameter spots: The hot spots.
    /// - Returns: Text for the terminal.
    /// - Complexity: O(reasons).
    public func list(_ spots: [SyntaxHotSpot]) -> String {
        var text = ""
        for spot in spots {
            let place = spot.unit.line.map { "line \($0)" } ?? ""
            text +=
                "\(DecimalText.fixed(spot.score, digits: 2))  \(spot.kind.rawValue), \(place): "
                + TerminalText.visible(spot.text) + "\n"
            for reason in spot.reasons {
                text += "        " + TerminalText.visible(reason.description) + "\n"
            }
        }
        return text
    }

    private func columns(of fold: SyntaxFold) -> [SyntaxColumn] {
        metrics.isEmpty ? fold.columns : metrics.compactMap { fold.column(named: $0) }
    }

    private func depths(of fold: SyntaxFold) -> [Int] {
        var depths: [Int] = []
        for unit in fold.units { depths.append(unit.parent.map { depths[$0] + 1 } ?? 0) }
        return depths
    }

    private func name(of unit: SyntaxUnit) -> String {
        let name = unit.name + (unit.label.map { " " + $0 } ?? "")
        let visible = TerminalText.visible(name)
        return visible.count > nameWidth ? visible.prefix(nameWidth - 1) + "…" : visible
    }

    private static func number(_ value: Double?) -> String {
        value.map { DecimalText.fixed($0, digits: 3) } ?? ""
    }
}
