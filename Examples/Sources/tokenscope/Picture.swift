import TokenScope

/// What `--format svg` draws.
enum Picture: String, CaseIterable {
    case text
    case headView = "head-view"
    case modelView = "model-view"
    case attentionMatrix = "attention-matrix"
    case lens

    static let flag = Flag(
        name: "picture", value: "NAME",
        help: "with --format svg: text (the tokens coloured by --metric; default), head-view, "
            + "model-view or attention-matrix (of what --observe attention records), or lens (of "
            + "--observe lens)")

    init(_ options: ParsedOptions, format: Format) throws(ToolError) {
        let name = options["picture"] ?? "text"
        guard let picture = Picture(rawValue: name) else {
            let known = Picture.allCases.map(\.rawValue).joined(separator: ", ")
            throw .usage("--picture takes one of \(known), not \"\(name)\"")
        }
        guard format == .svg || !options.contains("picture") else {
            throw .usage("--picture goes with --format svg")
        }
        if let needed = picture.needed {
            let names = (options["observe"] ?? "").split(separator: ",")
            guard names.contains(where: { $0 == needed }) else {
                throw .usage("--picture \(name) draws what --observe \(needed) records")
            }
        }
        self = picture
    }

    private var needed: String? {
        switch self {
        case .text: nil
        case .headView, .modelView, .attentionMatrix: "attention"
        case .lens: "lens"
        }
    }

    /// The picture of a trace.
    func text(
        of trace: TokenTrace, metric: ShownMetric, tokenizer: any Tokenizer
    ) throws(ToolError) -> String {
        let writer = SVGWriter()
        switch self {
        case .text:
            let column = trace.metrics.column(named: metric.name)
            guard let scale = metric.scale ?? column.flatMap({ HeatScale(fitting: $0) }) else {
                throw .run("the text has no value of \(metric.name) to be coloured by")
            }
            return writer.text(of: trace, scale: scale)
        case .headView, .attentionMatrix:
            let patterns = trace.attentionPatterns.filter { $0.rows.contains { $0 != nil } }
            guard let first = patterns.first else { break }
            if self == .attentionMatrix { return writer.attentionMatrix(first, of: trace) }
            // The last token whose row is there: the one that a reader would ask about.
            let token = first.rows.lastIndex { $0 != nil }
            return writer.headView(patterns, of: trace, token: token.map { TokenIndex($0) })
        case .modelView:
            if let picture = writer.modelView(of: trace) { return picture }
        case .lens:
            for kind in LensKind.allCases {
                guard let table = trace.lensTable(kind) else { continue }
                return writer.lensTable(table, of: trace) {
                    String(decoding: tokenizer.bytes(of: $0) ?? [], as: UTF8.self)
                }
            }
        }
        throw .run("nothing was recorded that --picture \(rawValue) could draw")
    }
}
