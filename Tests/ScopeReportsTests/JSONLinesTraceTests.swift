import ScopeFiles
import ScopeTrace
import Testing

@testable import ScopeReports

@Suite struct JSONLinesTraceTests {
    private func read(_ text: String) throws -> TokenTrace {
        try JSONLinesReader(FileContents(copying: Array(text.utf8), name: "t.jsonl"))
            .trace(file: "t.jsonl")
    }

    @Test func aTraceComesBackAsItWasWritten() throws {
        var trace = makeTrace(
            [(Array("a".utf8), nil), ([0xC3], 1.5), ([0xA9, 0x0A], .infinity)], promptCount: 1)
        trace.record(at: TokenIndex(2)) {
            $0[.rank] = 3
            $0[MetricKey<TokenIDs>("alternatives")] = TokenIDs([4, 5])
            $0[MetricKey<MetricRow>("alternative_probabilities", unit: .probability)] = [0.5, 1]
            $0[MetricKey<MetricRow>("attention_l0_mean_tokens", unit: .position)] = [0, 1]
            $0[MetricKey<String>("note")] = "x"
            $0[MetricKey<Bool>("flag")] = true
        }
        trace.stopReason = .eos
        trace.summary[MetricKey<Double>("perplexity", unit: .ratio)] = 2.5
        #expect(try read(JSONLinesWriter().text(of: trace)) == trace)
    }

    @Test func aFileWithoutHeaderIsATraceOfNoModel() throws {
        let trace = try read("[1, 2, 3]")
        #expect(trace.ids == [1, 2, 3])
        #expect(trace.header.model.name.isEmpty)
    }

    @Test func wholeNumbersAmongOthersBecomeThem() throws {
        let trace = try read(
            #"{"id":1,"text":"a","metrics":{"x":1}}"# + "\n"
                + #"{"id":2,"text":"b","metrics":{"x":1.5}}"#)
        #expect(trace.metrics.column(named: "x")?.numbers == [1, 1.5])
    }

    @Test func kindsThatNoColumnHoldsTogetherAreRefused() throws {
        let lines =
            #"{"id":1,"metrics":{"x":1}}"# + "\n" + #"{"id":2,"metrics":{"x":"one"}}"#
        let error = #expect(throws: ReportError.self) { try read(lines) }
        #expect(error?.description.contains("metrics.x") == true)
    }
}
