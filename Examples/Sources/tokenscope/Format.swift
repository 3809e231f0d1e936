import TokenScope

/// What the tool writes.
enum Format: String, CaseIterable {
    case heat
    case jsonl
    case json
    case csv
    case table
    case chart
    case svg
    case html
    case sarif

    init(_ options: ParsedOptions) throws(ToolError) {
        let name = options["format"] ?? "heat"
        guard let format = Format(rawValue: name) else {
            let known = Format.allCases.map(\.rawValue).joined(separator: ", ")
            throw .usage("--format takes one of \(known), not \"\(name)\"")
        }
        self = format
    }

    /// A whole trace in this format, without the metrics whose names are left out.
    func text(
        of trace: TokenTrace, metric: String,
        leavingOut isLeftOut: @escaping @Sendable (String) -> Bool = { _ in false }
    ) -> String {
        switch self {
        case .heat: HeatView.text(of: trace, depth: Terminal.colorDepth, colorsPrompt: true)
        case .jsonl: JSONLinesWriter(leavingOut: isLeftOut).text(of: trace)
        case .json: JSONLinesWriter(leavingOut: isLeftOut).document(of: trace)
        case .csv: CSVWriter().text(of: trace)
        case .table: TableView().text(of: trace)
        case .chart: LineChart().text(of: trace, metric: metric)
        case .svg: SVGWriter().text(of: trace)
        // What else these need than the trace, their callers have.
        case .html, .sarif: ""
        }
    }

    /// Several samples together, in the formats that number them; nothing in the others.
    func text(ofSamples traces: [TokenTrace]) -> String {
        switch self {
        case .json: JSONLinesWriter.document(ofSamples: traces)
        case .csv: CSVWriter().text(ofSamples: traces)
        case .table: TableView().text(ofSamples: traces)
        case .heat, .jsonl, .chart, .svg, .html, .sarif: ""
        }
    }
}
