import ScopeFiles
import ScopeTrace

/// What the page reads: JSON in columns, the long lists apart from the rest.
struct PageData {
    /// The format's version; a page refuses another one.
    static let version = 1

    private let report: HTMLReport

    init(_ report: HTMLReport) {
        self.report = report
    }

    /// What there is, to be read first.
    func manifest() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("format", "tokenscope.page")
            writer.member("version", Self.version)
            writer.member("title", report.title)
            writer.key("language")
            if let language = report.language {
                writer.write(language)
            } else {
                writer.writeNull()
            }
            let versions = report.entries.map(\.trace.header.libraryVersion)
            writer.member("generator", versions.first ?? "")
            writer.key("traces")
            writer.array { writer in
                for entry in report.entries {
                    writer.object { writer in
                        writer.member("name", entry.name)
                        writer.member("tokens", entry.trace.tokens.count)
                        writer.member(
                            "prompt", entry.trace.tokens.prefix { $0.origin == .prompt }.count)
                        writer.member("syntax", entry.syntax != nil)
                        if let note = entry.note { writer.member("note", note) }
                        writer.key("summary")
                        writer.object { writer in
                            for result in entry.trace.summary.entries {
                                writer.member(result.name, result.value)
                            }
                        }
                    }
                }
            }
            if let start = report.start {
                writer.key("start")
                writer.object { writer in
                    writer.member("trace", start.trace)
                    writer.member("token", start.token.rawValue)
                    if let method = start.attribution { writer.member("attribution", method) }
                }
            }
            if let comparison = report.comparison {
                writer.key("comparison")
                writer.write(comparison)
            }
        }
        return writer.finish()
    }

    /// The texts of the ids that lists name.
    func vocabulary() -> [UInt8] {
        var named: Set<Int> = []
        var known: [Int: [UInt8]] = [:]
        for entry in report.entries {
            for token in entry.trace.tokens { known[token.id] = token.bytes }
            named.formUnion(entry.attributions.map(\.targetID))
            for column in entry.trace.metrics.columns where column.kind == .ids {
                for row in 0..<column.count {
                    if case .ids(let ids)? = column[row] { named.formUnion(ids.values) }
                }
            }
        }
        let texts = named.sorted().compactMap { id in
            (report.vocabulary(id) ?? known[id]).map { (id, $0) }
        }
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("ids", texts.map(\.0))
            writer.key("texts")
            writer.array { writer in
                for (_, bytes) in texts { writer.write(utf8: bytes) }
            }
        }
        return writer.finish()
    }

    /// One trace without its long lists.
    func trace(_ entry: HTMLReport.Entry) -> [UInt8] {
        let trace = entry.trace
        let lines = JSONLinesWriter()
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("header")
            writer.write(json: lines.header(of: trace))
            writer.key("end")
            writer.write(json: lines.footer(of: trace))
            writer.member("ids", trace.ids)
            writer.member("bytes", Base64.text(trace.bytes))
            writer.member("lengths", trace.tokens.map(\.bytes.count))
            writer.member(runs: "origins", trace.tokens.map(\.origin.rawValue))
            writer.member(runs: "roles", trace.tokens.map(\.role.rawValue))
            if trace.tokens.contains(where: { $0.sourceSpan != nil }) {
                writer.member(
                    "source",
                    trace.tokens.flatMap { token in
                        token.sourceSpan.map { [$0.lowerBound, $0.upperBound] } ?? [-1, -1]
                    })
            }
            writer.key("columns")
            writer.write(columns: columns(of: trace) { !isApart($0, in: trace) })
            writer.key("attributions")
            writer.array { writer in
                for attribution in entry.attributions { writer.write(attribution) }
            }
        }
        return writer.finish()
    }

    /// The long lists of a trace.
    func rows(_ trace: TokenTrace) -> [UInt8] {
        var writer = JSONWriter()
        writer.write(columns: columns(of: trace) { isApart($0, in: trace) })
        return writer.finish()
    }

    /// Columns with their places among all.
    private func columns(
        of trace: TokenTrace, where isWanted: (AnyMetricColumn) -> Bool
    ) -> [(offset: Int, element: AnyMetricColumn)] {
        trace.metrics.columns.enumerated().filter { place in
            if case .opaque = place.element.kind { return false }
            return isWanted(place.element)
        }
    }

    /// Whether a column is one of the long lists, or belongs to one.
    private func isApart(_ column: AnyMetricColumn, in trace: TokenTrace) -> Bool {
        switch column.kind {
        case .double, .int:
            // The mass that a list leaves out.
            guard column.name.hasSuffix("_rest") else { return false }
            return trace.metrics.column(named: String(column.name.dropLast(5)))?.kind == .row
        case .bool, .string: return false
        case .ids, .row:
            return column.name != "alternatives" && column.name != "alternative_probabilities"
        case .opaque: return false
        }
    }
}
