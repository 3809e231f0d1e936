import TokenScope

/// The output of `compare`.
struct ComparisonRun {
    let format: Format
    let progress: Progress
    /// Whether a JSON object is to be written by the caller, who adds to it.
    var isFolded = false

    /// Compares to the end, writing as it goes where the format allows.
    func write(_ session: inout ComparisonSession) throws(DecodingFailure) {
        switch format {
        case .heat: try writeHeat(&session)
        case .jsonl: try writeLines(&session)
        case .json, .csv, .table, .chart, .svg, .html, .sarif:
            while try session.next() != nil { show(session) }
            progress.clear()
            if isFolded, format == .json { return }
            Terminal.write(text(of: session.comparison))
        }
    }

    private func text(of comparison: ModelComparison) -> String {
        let view = ComparisonView()
        switch format {
        case .json: return ComparisonWriter().document(of: comparison)
        case .csv: return CSVWriter().text(of: comparison.trace)
        case .svg:
            return SVGWriter().text(
                of: comparison.trace, scale: .divergence,
                title: "Where two models' predictions part")
        case .html:
            var report = HTMLReport(
                title: "\(comparison.a.name) and \(comparison.b.name) on the same text")
            report.add(comparison, name: "comparison")
            return report.html()
        case .chart:
            return LineChart().text(of: comparison.trace, metric: MetricKey.divergence.name)
        case .heat, .jsonl, .table, .sarif:
            return [
                view.tokenTable(of: comparison), view.layerTable(of: comparison),
                view.partTable(of: comparison), view.summary(of: comparison),
            ].filter { !$0.isEmpty }.joined(separator: "\n")
        }
    }

    private func writeLines(_ session: inout ComparisonSession) throws(DecodingFailure) {
        let writer = ComparisonWriter()
        Terminal.write(writer.header(of: session.comparison) + "\n")
        while let tokens = try session.next() {
            progress.clear()
            for token in tokens {
                Terminal.write(writer.line(for: TokenIndex(token), in: session.comparison) + "\n")
            }
            show(session)
        }
        progress.clear()
        Terminal.write(writer.footer(of: session.comparison) + "\n")
    }

    private func writeHeat(_ session: inout ComparisonSession) throws(DecodingFailure) {
        let depth = Terminal.colorDepth
        var view = HeatView(scale: .divergence, depth: depth, colorsPrompt: true)
        if depth != .plain { Terminal.write(view.legend() + "\n") }
        while let tokens = try session.next() {
            progress.clear()
            let trace = session.comparison.trace
            let column = trace[.divergence]
            for token in trace.tokens[tokens] {
                Terminal.write(view.render(token, value: column?[token.index]))
            }
        }
        progress.clear()
        Terminal.write(view.finish())
        Terminal.write(ComparisonView().summary(of: session.comparison))
    }

    private func show(_ session: ComparisonSession) {
        let done = session.comparison.trace.tokens.count
        if done < session.tokenCount {
            progress.show("comparing: \(done) of \(session.tokenCount) tokens")
        }
    }
}
