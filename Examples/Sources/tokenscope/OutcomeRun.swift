import DatasetEngine
import TokenScope

/// What `outcomes` does.
struct OutcomeRun {
    private let options: ParsedOptions
    private let report: OutcomeReport.Options
    private let suite: TestResults.Suite
    private let format: String
    private let metric: String

    init(_ options: ParsedOptions) throws(ToolError) {
        self.options = options
        var report = OutcomeReport.Options()
        if let text = options["pass-at"] {
            let tries = text.split(separator: ",").map { Int($0) }
            guard !tries.isEmpty, tries.allSatisfy({ ($0 ?? 0) > 0 }) else {
                throw .usage("--pass-at takes numbers as in 1,10, not \"\(text)\"")
            }
            report.tries = tries.compactMap { $0 }
        }
        if let confidence = options["confidence"] { report.confidence = confidence }
        report.binCount = try Self.number("bins", options, 1...1000) ?? report.binCount
        report.replicates =
            try Self.number("bootstrap", options, 2...1_000_000) ?? report.replicates
        report.seed = try options.number("seed", as: UInt64.self) ?? 0
        self.report = report
        guard let suite = TestResults.Suite(rawValue: options["suite"] ?? "plus") else {
            throw .usage("--suite takes plus or base")
        }
        self.suite = suite
        format = options["format"] ?? "text"
        guard ["text", "json", "svg", "html"].contains(format) else {
            throw .usage("--format takes text, json, svg or html, not \"\(format)\"")
        }
        guard options["output"] == nil || ["svg", "html"].contains(format) else {
            throw .usage("--output goes with --format svg or html")
        }
        metric = options["metric"] ?? "surprisal"
    }

    private static func number(
        _ name: String, _ options: ParsedOptions, _ range: ClosedRange<Int>
    ) throws(ToolError) -> Int? {
        guard let number = try options.number(name, as: Int.self) else { return nil }
        guard range.contains(number) else {
            throw .usage(
                "--\(name) takes a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func run(_ path: String, results: String) throws(ToolError) {
        let contents = try Input.file(results)
        let found: TestResults
        do throws(ReportError) {
            found = try TestResults(contents, suite: suite)
        } catch {
            throw .input("\(error)")
        }
        let folding = try CodeFolding(options, path: nil)
        let hasSyntax = !options.contains("no-syntax")
        let join = try DatasetJob.reporting { () throws(DatasetError) in
            try OutcomeJoin(
                try OutcomeJoin.files(at: path), with: found,
                categories: hasSyntax ? { try Self.categories(of: $0, folding) } : nil)
        }
        tell(join)
        guard !join.samples.isEmpty else {
            throw .input("\(path) and \(results) have no sample in common")
        }
        try write(OutcomeReport(of: join.samples, options: report))
    }

    private func tell(_ join: OutcomeJoin) {
        var parts: [String] = []
        if join.errors > 0 { parts.append("\(join.errors) samples are errors") }
        if join.withoutResult > 0 { parts.append("\(join.withoutResult) samples have no result") }
        if join.withoutSample > 0 { parts.append("\(join.withoutSample) results have no sample") }
        if let complaint = join.complaint { parts.append("no categories: \(complaint)") }
        for part in parts { Terminal.write("outcomes: \(TerminalText.visible(part))\n", to: 2) }
    }

    private func write(_ report: OutcomeReport) throws(ToolError) {
        let output = Output(path: options["output"])
        switch format {
        case "json": Terminal.write(OutcomeWriter().json(of: report))
        case "svg": try output.write(SVGWriter().outcomes(report, metric: metric))
        case "html":
            let title = "Outcomes of \(report.sampleCount) samples"
            try output.write(OutcomePage(title: title, metric: metric).html(of: report))
        default: Terminal.write(OutcomeView(categoryMetrics: [metric]).text(of: report))
        }
    }

    /// The metrics of what was written over the categories of the whole text's syntax.
    private static func categories(
        of trace: TokenTrace, _ folding: CodeFolding
    ) throws(ToolError) -> [String: [String: OutcomeSample.Total]] {
        let (sources, map) = try folding.sources(of: trace)
        let hasWritten = trace.tokens.contains { $0.origin != .prompt }
        let aggregator = CodeAggregator(levels: [.category]) {
            !hasWritten || $0.origin != .prompt
        }
        guard
            let fold = aggregator.report(of: trace, over: sources, map: map)[.category]
        else { return [:] }
        var categories: [String: [String: OutcomeSample.Total]] = [:]
        for column in fold.columns {
            for (unit, statistic) in zip(fold.units, column.total)
            where statistic.weight > 0 && statistic.sum.isFinite {
                categories[unit.name, default: [:]][column.name] = OutcomeSample.Total(
                    weight: statistic.weight, sum: statistic.sum)
            }
        }
        return categories
    }
}
