public import ScopeTrace

extension SVGWriter {
    /// Where two models part: parts × categories of syntax, coloured by what each part makes of the same
    /// input, and above them how far the predictions lie apart.
    ///
    /// Colours go by the logarithm of the difference, over the three decades up to the greatest. A cell without
    /// colour differs by 0.
    ///
    /// - Parameters:
    ///   - differential: The difference; without parts the picture has one row, that of the predictions.
    ///   - title: The heading; by default it names both models.
    /// - Returns: The picture.
    /// - Complexity: O(parts × categories).
    public func differential(
        _ differential: ModelDifferential, title: String? = nil
    ) -> String {
        let columns = [differential.whole].compactMap(\.self) + differential.categories
        let parts = Array((differential.parts ?? []).enumerated().reversed())
        let values = columns.flatMap { column in
            (column.partDifferences ?? []).map(\.value).filter(\.isFinite)
        }
        var top = 1.0
        let greatest = max(values.max() ?? 0, 1e-9)
        while top >= 10 * greatest { top /= 10 }
        while top < greatest { top *= 10 }
        let scale = HeatScale(
            "difference", unit: .ratio, cold: top / 1e3, hot: top, spacing: .logarithmic)
        let divergences = columns.map { column -> SVGGrid.Cell in
            let value = column.jensenShannon.value
            return SVGGrid.Cell(
                // On a scale of its own, which ends at ln 2.
                heat: value > 0
                    ? HeatScale(
                        "js", unit: .nats, cold: 0.0001, hot: 0.693, spacing: .logarithmic
                    ).heat(of: value) : nil,
                text: Self.short(value),
                title: "\(column.name): Jensen–Shannon divergence "
                    + "\(DifferentialView.cell(column.jensenShannon)) nats, KL(A‖B) "
                    + "\(DifferentialView.cell(column.divergence)) nats, other first choice "
                    + DifferentialView.cell(column.disagreement, percent: true))
        }
        let cells = parts.map { place, part in
            columns.map { column -> SVGGrid.Cell in
                guard let own = column.partDifferences, own.indices.contains(place) else {
                    return SVGGrid.Cell()
                }
                let estimate = own[place]
                return SVGGrid.Cell(
                    heat: estimate.value > 0 ? scale.heat(of: estimate.value) : nil,
                    text: Self.short(estimate.value),
                    title: "\(part.part), \(column.name): "
                        + "‖b − a‖ / ‖a‖ = \(DifferentialView.cell(estimate))")
            }
        }
        let (a, b) = (differential.a, differential.b)
        let names = a.name == b.name ? [a.weights, b.weights] : [a.name, b.name]
        return SVGGrid(
            title: title ?? "Where \(names[0]) and \(names[1]) part",
            subtitle: "\(differential.whole?.tokenCount ?? 0) tokens of \(differential.fileCount) "
                + (differential.fileCount == 1 ? "file" : "files"),
            description: "By category of syntax: the Jensen–Shannon divergence of the models' "
                + "predictions in nats, and below it how much each part of the second model makes "
                + "other than that of the first given the same input.",
            scale: scale, rowName: "part", columnName: "category of syntax",
            rows: ["JS, nats"] + parts.map { "\($0.1.part)" },
            columns: columns.map(\.name), cells: [divergences] + cells,
            cellWidth: 9 * SVGDocument.columnWidth + 8, cellHeight: 22
        ).text()
    }

    /// Short enough for a cell.
    private static func short(_ value: Double) -> String {
        if value == 0 { return "0" }
        guard value.isFinite else { return "∞" }
        if value >= 0.001 { return DecimalText.fixed(value, digits: 3) }
        var (scaled, exponent) = (value, 0)
        while scaled < 1, exponent < 99 {
            scaled *= 10
            exponent += 1
        }
        return scaled < 9.5
            ? "\(DecimalText.fixed(scaled, digits: 0))e-\(exponent)" : "1e-\(exponent - 1)"
    }
}
