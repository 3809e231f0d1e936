public import ScopeTrace

/// What tests said of a data set as tables for terminals.
public struct OutcomeView: Sendable {
    /// The metrics of categories that are shown.
    public var categoryMetrics: [String]

    /// Makes a view.
    ///
    /// - Parameter categoryMetrics: The metrics of categories that are shown.
    public init(categoryMetrics: [String] = ["surprisal"]) {
        self.categoryMetrics = categoryMetrics
    }

    /// The report as text.
    ///
    /// - Parameter report: The report.
    /// - Returns: Tables, each after a line that says what it holds.
    public func text(of report: OutcomeReport) -> String {
        let share =
            report.sampleCount > 0
            ? Double(report.passingCount) / Double(report.sampleCount) : 0
        var text =
            "\(report.taskCount) tasks, \(report.sampleCount) samples, \(report.passingCount) pass "
            + "(\(DecimalText.fixed(100 * share, digits: 1)) %)\n"
        if !report.passRates.isEmpty {
            text +=
                report.passRates.map { "pass@\($0.tries) \(DecimalText.fixed($0.rate, digits: 4))" }
                .joined(separator: ", ") + "\n"
        }
        let level = DecimalText.short(100 * report.options.level, digits: 1)
        text +=
            "\nmetrics of a sample: the mean over samples that fail less that over passing ones\n"
        text += Self.table(report.differences.map { ("", $0) }, level: level, hasPlaces: false)
        let rows = report.categories.flatMap { category in
            category.differences.filter { categoryMetrics.contains($0.metric) }
                .map { (category.name, $0) }
        }
        if !rows.isEmpty {
            text += "\nthe same over the tokens of each category of syntax\n"
            text += Self.table(rows, level: level, hasPlaces: true)
        }
        if let calibration = report.calibration {
            text += "\n" + Self.text(of: calibration, metric: report.options.confidence)
        } else {
            text +=
                "\n\(report.options.confidence) is no probability of every sample: no calibration\n"
        }
        return text
    }

    private static func table(
        _ rows: [(String, OutcomeDifference)], level: String, hasPlaces: Bool
    ) -> String {
        func number(_ value: Double?) -> String { value.map(DecimalText.significant) ?? "–" }
        var columns = [
            TextTable.Column("metric", rows.map { $0.1.metric }, isText: true),
            TextTable.Column("pass", rows.map { number($0.1.passingMean) }),
            TextTable.Column("fail", rows.map { number($0.1.failingMean) }),
            TextTable.Column("difference", rows.map { number($0.1.difference) }),
            TextTable.Column(
                "\(level) % interval",
                rows.map { row in
                    row.1.interval.map { "\(number($0.lower)) to \(number($0.upper))" } ?? "–"
                }),
            TextTable.Column("AUROC of failure", rows.map { number($0.1.area) }),
        ]
        if hasPlaces {
            columns.insert(TextTable.Column("category", rows.map(\.0), isText: true), at: 0)
        }
        return TextTable(columns).text
    }

    private static func text(of calibration: Calibration, metric: String) -> String {
        func number(_ value: Double?) -> String {
            value.map { DecimalText.fixed($0, digits: 3) } ?? "–"
        }
        let bins = calibration.bins.filter { $0.count > 0 }
        return
            "mean \(metric) as the probability to pass: expected calibration error "
            + "\(number(calibration.expectedError)), greatest \(number(calibration.greatestError)), "
            + "Brier score \(number(calibration.brierScore))\n"
            + TextTable([
                .init(
                    "bin",
                    bins.map {
                        DecimalText.short($0.lower, digits: 2) + "–"
                            + DecimalText.short($0.upper, digits: 2)
                    }),
                .init("samples", bins.map { "\($0.count)" }),
                .init("confidence", bins.map { number($0.confidence) }),
                .init("pass", bins.map { number($0.accuracy) }),
            ]).text
    }
}
