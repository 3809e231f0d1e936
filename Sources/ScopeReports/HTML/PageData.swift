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
        var texts = PageVocabulary()
        for entry in report.entries { texts.add(entry.trace, entry.attributions) }
        var writer = JSONWriter()
        texts.write(to: &writer, report.vocabulary)
        return writer.finish()
    }

    /// One trace without its long lists.
    func trace(_ entry: HTMLReport.Entry) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            Self.writeEnds(of: entry.trace, to: &writer)
            Self.write(entry.trace, from: 0, to: &writer)
            Self.write(entry.attributions, to: &writer)
        }
        return writer.finish()
    }

    /// Writes what is known of a trace as a whole.
    static func writeEnds(of trace: TokenTrace, to writer: inout JSONWriter) {
        let lines = JSONLinesWriter()
        writer.key("header")
        writer.write(json: lines.header(of: trace))
        writer.key("end")
        writer.write(json: lines.footer(of: trace))
    }

    /// Writes tokens from one on with their metrics, long lists left out.
    static func write(_ trace: TokenTrace, from start: Int, to writer: inout JSONWriter) {
        let tokens = trace.tokens[start...]
        writer.member("ids", tokens.map(\.id))
        writer.member("bytes", Base64.text(tokens.flatMap(\.bytes)))
        writer.member("lengths", tokens.map(\.bytes.count))
        writer.member(runs: "origins", tokens.map(\.origin.rawValue))
        writer.member(runs: "roles", tokens.map(\.role.rawValue))
        if tokens.contains(where: { $0.sourceSpan != nil }) {
            writer.member(
                "source",
                tokens.flatMap { token in
                    token.sourceSpan.map { [$0.lowerBound, $0.upperBound] } ?? [-1, -1]
                })
        }
        writer.key("columns")
        writer.write(columns: columns(of: trace) { !isApart($0, in: trace) }, from: start)
    }

    /// Writes attributions.
    static func write(_ attributions: [Attribution], to writer: inout JSONWriter) {
        writer.key("attributions")
        writer.array { writer in
            for attribution in attributions { writer.write(attribution) }
        }
    }

    /// The long lists of a trace.
    func rows(_ trace: TokenTrace) -> [UInt8] { Self.rows(trace) }

    /// The long lists of a trace.
    static func rows(_ trace: TokenTrace) -> [UInt8] {
        var writer = JSONWriter()
        writer.write(columns: columns(of: trace) { isApart($0, in: trace) })
        return writer.finish()
    }

    /// Columns with their places among all.
    private static func columns(
        of trace: TokenTrace, where isWanted: (AnyMetricColumn) -> Bool
    ) -> [(offset: Int, element: AnyMetricColumn)] {
        trace.metrics.columns.enumerated().filter { place in
            if case .opaque = place.element.kind { return false }
            return isWanted(place.element)
        }
    }

    /// Whether a column is one of the long lists, or belongs to one.
    private static func isApart(_ column: AnyMetricColumn, in trace: TokenTrace) -> Bool {
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
