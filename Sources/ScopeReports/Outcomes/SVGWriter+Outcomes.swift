public import ScopeTrace

extension SVGWriter {
    /// What tests said of a data set: how reliable the confidence is, how well each metric tells failing
    /// samples from passing ones, and the difference of a metric in each category of syntax.
    ///
    /// - Parameters:
    ///   - report: The report.
    ///   - metric: The metric of the categories.
    ///   - title: The heading; by default the counts.
    /// - Returns: The picture.
    /// - Complexity: O(metrics + categories + bins).
    public func outcomes(
        _ report: OutcomeReport, metric: String = "surprisal", title: String? = nil
    ) -> String {
        let rates = report.passRates.map {
            "pass@\($0.tries) \(DecimalText.fixed($0.rate, digits: 3))"
        }
        let heading =
            title
            ?? "\(report.passingCount) of \(report.sampleCount) samples of \(report.taskCount) tasks pass"
        var svg = SVGDocument()
        svg.text(heading, x: 16, y: 24, style: "font-weight:600")
        svg.text(rates.joined(separator: ", "), x: 16, y: 42, ink: .muted)
        var y = 64.0
        if let calibration = report.calibration {
            Self.draw(calibration, of: report.options.confidence, at: y, in: &svg)
            y += 316
        }
        y = Self.drawAreas(report.differences, at: y, in: &svg)
        let categories = report.categories.compactMap { category in
            category.differences.first { $0.metric == metric }.map { (category.name, $0) }
        }
        Self.drawDifferences(categories, metric: metric, at: y, in: &svg)
        return svg.finish(
            title: heading,
            description: "The share of samples that pass against \(report.options.confidence), the "
                + "area under the ROC curve of each metric as a predictor of failure, and the difference of "
                + "\(metric) between failing and passing samples by category.")
    }

    private static let cold = HeatRamp.color(heat: 0.2)
    private static let hot = HeatRamp.color(heat: 0.75)

    /// Bars of the share that passes over the confidence, with the diagonal of perfect calibration.
    private static func draw(
        _ calibration: Calibration, of metric: String, at top: Double, in svg: inout SVGDocument
    ) {
        svg.text("samples that pass, by mean \(metric)", x: 16, y: top + 12)
        svg.text(
            "expected error \(DecimalText.fixed(calibration.expectedError, digits: 3)), Brier score "
                + DecimalText.fixed(calibration.brierScore, digits: 3), x: 16, y: top + 30,
            ink: .muted)
        let (left, ceiling, size) = (56.0, top + 44, 220.0)
        svg.frame(x: left, y: ceiling, width: size, height: size)
        for bin in calibration.bins {
            guard let accuracy = bin.accuracy, let confidence = bin.confidence else { continue }
            let title =
                "\(metric) \(DecimalText.short(bin.lower, digits: 2)) to "
                + "\(DecimalText.short(bin.upper, digits: 2)): \(bin.count) samples, mean "
                + "\(DecimalText.fixed(confidence, digits: 3)), "
                + "\(DecimalText.fixed(100 * accuracy, digits: 1)) % pass"
            svg.group(title: title) { svg in
                svg.rect(
                    x: left + bin.lower * size + 1, y: ceiling + (1 - accuracy) * size,
                    width: (bin.upper - bin.lower) * size - 2, height: max(1, accuracy * size),
                    fill: cold)
                svg.rect(
                    x: left + confidence * size - 3, y: ceiling + (1 - accuracy) * size - 3,
                    width: 6, height: 6, fill: hot, radius: 3)
            }
        }
        line(from: (left, ceiling + size), to: (left + size, ceiling), isDashed: true, in: &svg)
        for tick in [0.0, 0.5, 1] {
            let label = DecimalText.short(tick, digits: 1)
            svg.text(
                label, x: left - 6, y: ceiling + (1 - tick) * size + 4, ink: .muted, anchor: .end)
            svg.text(
                label, x: left + tick * size, y: ceiling + size + 16, ink: .muted, anchor: .middle)
        }
    }

    /// A dot for each metric on a line from 0 to 1.
    private static func drawAreas(
        _ differences: [OutcomeDifference], at top: Double, in svg: inout SVGDocument
    ) -> Double {
        let rows = differences.filter { $0.area != nil }
        guard !rows.isEmpty else { return top }
        svg.text("area under the ROC curve as a predictor of failure", x: 16, y: top + 12)
        let margin = 24 + labelWidth(rows.map(\.metric))
        let width = 260.0
        var y = top + 26
        for row in rows {
            guard let area = row.area else { continue }
            svg.text(row.metric, x: 16, y: y + 12)
            svg.group(title: "\(row.metric): \(DecimalText.fixed(area, digits: 4))") { svg in
                line(from: (margin, y + 8), to: (margin + width, y + 8), in: &svg)
                svg.rect(
                    x: margin + area * width - 4, y: y + 4, width: 8, height: 8,
                    fill: (area - 0.5).magnitude < 0.05 ? cold : hot, radius: 4)
            }
            svg.text(
                DecimalText.fixed(area, digits: 3), x: margin + width + 12, y: y + 12, ink: .muted)
            y += SVGDocument.lineHeight
        }
        line(from: (margin + width / 2, top + 24), to: (margin + width / 2, y + 2), in: &svg)
        for tick in [0.0, 0.5, 1] {
            svg.text(
                DecimalText.short(tick, digits: 1), x: margin + tick * width, y: y + 14,
                ink: .muted,
                anchor: .middle)
        }
        return y + 36
    }

    /// A line from end to end of each interval, with a dot at the difference.
    private static func drawDifferences(
        _ rows: [(String, OutcomeDifference)], metric: String, at top: Double,
        in svg: inout SVGDocument
    ) {
        let rows = rows.filter { $0.1.difference?.isFinite == true }
        guard !rows.isEmpty else { return }
        svg.text("\(metric) of failing samples less that of passing ones", x: 16, y: top + 12)
        var reach = 1e-9
        for (_, row) in rows {
            for end in [row.difference, row.interval?.lower, row.interval?.upper] {
                reach = max(reach, end?.magnitude ?? 0)
            }
        }
        let margin = 24 + labelWidth(rows.map(\.0))
        let width = 260.0
        func x(_ value: Double) -> Double { margin + width / 2 * (1 + value / reach) }
        var y = top + 26
        for (name, row) in rows {
            let difference = row.difference ?? 0
            svg.text(SVGText.label(name, columns: 24), x: 16, y: y + 12)
            svg.group(title: "\(name): \(DecimalText.significant(difference))") { svg in
                if let interval = row.interval {
                    svg.rect(
                        x: x(interval.lower), y: y + 7,
                        width: max(1, x(interval.upper) - x(interval.lower)), height: 2, fill: cold)
                }
                svg.rect(
                    x: x(difference) - 4, y: y + 4, width: 8, height: 8, fill: hot, radius: 4)
            }
            svg.text(
                DecimalText.significant(difference), x: margin + width + 12, y: y + 12, ink: .muted)
            y += SVGDocument.lineHeight
        }
        line(from: (x(0), top + 24), to: (x(0), y + 2), in: &svg)
        for tick in [-reach, 0, reach] {
            svg.text(
                DecimalText.significant(tick), x: x(tick), y: y + 14, ink: .muted, anchor: .middle)
        }
    }

    private static func line(
        from start: (x: Double, y: Double), to end: (x: Double, y: Double), isDashed: Bool = false,
        in svg: inout SVGDocument
    ) {
        let places = [start.x, start.y, end.x, end.y].map(SVGText.number)
        svg.path(
            "M\(places[0]) \(places[1])L\(places[2]) \(places[3])",
            attributes: "class=\"f\"" + (isDashed ? " stroke-dasharray=\"4 3\"" : ""))
    }

    private static func labelWidth(_ labels: [String]) -> Double {
        Double(labels.map { min(24, SVGText.columns(of: $0)) }.max() ?? 0) * SVGDocument.columnWidth
    }
}
