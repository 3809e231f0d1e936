import ScopeFiles
import ScopeTrace
import Testing

@testable import ScopeReports

@Suite struct PageFeedTests {
    /// Tokens with numbers, lists and gaps in all of them.
    private func trace() -> TokenTrace {
        var trace = makeTrace(
            (0..<9).map { (Array("é\($0)".utf8), $0 % 3 == 1 ? nil : Double($0) / 8) },
            promptCount: 3)
        for place in [1, 4, 5, 8] {
            trace.record(at: TokenIndex(place)) {
                $0[MetricKey<TokenIDs>("alternatives")] = TokenIDs(Array(20..<20 + place))
                $0[MetricKey<MetricRow>("alternative_probabilities", unit: .probability)] =
                    MetricRow((0..<place).map { 1 / Double($0 + 2) })
                $0[MetricKey<MetricRow>("attention_l0_mean", unit: .probability)] = [0.5, 0.5]
            }
        }
        return trace
    }

    private func part(_ trace: TokenTrace, from start: Int) throws -> JSONValue {
        var writer = JSONWriter()
        PageFeed.writePart(of: trace, from: start, to: &writer) { Array("<\($0)>".utf8) }
        return try JSONDocument(bytes: writer.finish(), file: "part").root
    }

    private func column(_ name: String, _ value: JSONValue) throws -> JSONValue? {
        try value.required("columns").elements().first { try $0["name"]?.string() == name }
    }

    @Test func aTraceIsAsInAReport() throws {
        let trace = trace()
        let feed = try JSONDocument(
            bytes: PageFeed.trace(trace) { Array("<\($0)>".utf8) }, file: "feed"
        ).root
        var report = HTMLReport(title: "") { Array("<\($0)>".utf8) }
        report.add(trace, name: "")
        let data = PageData(report)
        let entry = try #require(report.entries.first)
        let own = try JSONDocument(bytes: data.trace(entry), file: "report").root
        for (key, value) in try own.members() {
            #expect(feed[key.string]?.lexeme == value.lexeme, "\(key.string)")
        }
        let texts = try JSONDocument(bytes: data.vocabulary(), file: "texts").root
        #expect(feed["vocabulary"]?.lexeme == texts.lexeme)
        #expect(PageFeed.rows(of: trace) == data.rows(trace))
    }

    @Test(arguments: 0...9)
    func partsAreTheWholeOfIt(_ start: Int) throws {
        let trace = trace()
        let (whole, part) = (try part(trace, from: 0), try part(trace, from: start))
        for name in ["ids", "lengths"] {
            let all = try whole.required(name).elements().map { try $0.int() }
            let some = try part.required(name).elements().map { try $0.int() }
            #expect(Array(all[start...]) == some, "\(name)")
        }
        let all = try #require(try column("surprisal", whole))
        let some = try #require(try column("surprisal", part))
        let values = try all.required("values").elements().map(\.lexeme)
        #expect(
            try some.required("values").elements().map(\.lexeme) == Array(values.dropFirst(start)))
        // Of lists, those of the tokens that are there.
        let counts =
            try column("alternatives", part)?.required("counts").elements()
            .map { try $0.int() } ?? []
        let expected = (start..<9).map { [1, 4, 5, 8].contains($0) ? $0 : -1 }
        #expect(counts == expected)
        let named = try part.required("vocabulary").required("ids").elements()
            .map { try $0.int() }
        let longest = expected.max() ?? -1
        #expect(named == (longest > 0 ? Array(20..<20 + longest) : []))
    }
}
