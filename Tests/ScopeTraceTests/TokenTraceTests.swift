import ScopeTrace
import Testing

@Suite struct TokenTraceTests {
    @Test func positionsAndRowsAreOneApart() {
        #expect(TokenIndex(0).predictingRow == nil)
        #expect(TokenIndex(1).predictingRow == ResidualRow(0))
        #expect(ResidualRow(4).predictedToken == TokenIndex(5))
        #expect(TokenIndex(2) < TokenIndex(10))
        #expect(TokenIndex(rawValue: -1) == nil)
        #expect(ResidualRow(rawValue: -1) == nil)
    }

    @Test func tokensTileTheSequence() {
        var trace = TokenTrace(header: .sample)
        let euro = Array("€".utf8)
        #expect(trace.append(id: 5, bytes: Array("a".utf8), origin: .prompt) == TokenIndex(0))
        trace.append(id: 0, bytes: Array("</s>".utf8), origin: .prompt, role: .eos)
        trace.append(id: 6, bytes: [euro[0]], origin: .sampled)
        #expect(trace.append(id: 7, bytes: Array(euro[1...]), origin: .forced) == TokenIndex(3))
        trace.append(id: 0, bytes: Array("</s>".utf8), origin: .sampled, role: .eos)
        #expect(trace.tokens.map(\.sequenceSpan) == [0..<1, 1..<5, 5..<6, 6..<8, 8..<12])
        #expect(trace.text == "a</s>€</s>")
        #expect(trace.generatedText == "€")
        #expect(trace.ids == [5, 0, 6, 7, 0])
        #expect(trace.tokens[2].text == "\u{FFFD}")
        #expect(trace.metrics.rowCount == 5)
    }

    @Test func aCursorIsLentAndTakenBack() throws {
        struct Stop: Error {}
        var trace = TokenTrace(header: .sample)
        let index = trace.append(id: 1, bytes: [65], origin: .prompt)
        let rank = trace.record(at: index) { record -> Int in
            record[.surprisal] = 1
            return record.index.rawValue
        }
        #expect(rank == 0)
        trace.append(id: 2, bytes: [66], origin: .sampled)
        trace.append(id: 3, bytes: [67], origin: .sampled)
        #expect(throws: Stop.self) {
            try trace.record(at: TokenIndex(1)) { record in
                record[.surprisal] = 2
                throw Stop()
            }
        }
        #expect(trace[.surprisal].map(Array.init) == [1, 2, nil])

        var cursor = trace.lendMetrics(at: TokenIndex(2))
        #expect(trace[.surprisal] == nil)
        cursor[.surprisal] = 3
        trace.takeBack(cursor)
        #expect(trace[.surprisal].map(Array.init) == [1, 2, 3])
    }

    @Test func aCopyOfATraceIsIndependent() throws {
        var left = try randomTrace(seed: 3)
        let before = left
        var right = left
        let index = right.append(id: 9, bytes: [33], origin: .forced)
        right.record(at: index) { $0[.surprisal] = 8 }
        #expect(left == before)
        let other = left.append(id: 10, bytes: [34, 35], origin: .sampled)
        left.record(at: other) { $0[.surprisal] = 9 }
        #expect(right[.surprisal]?[index] == 8)
        #expect(left[.surprisal]?[other] == 9)
        #expect(left != right)
    }

    @Test func summariesKeepTheirOrderAndMerge() {
        let all = MetricKey<Double>("perplexity.all")
        let generated = MetricKey<Double>("perplexity.generated")
        let bits = MetricKey<Double>("bits", unit: .bits)
        var summary = TraceSummary()
        summary[generated] = 2
        summary[all] = 3
        var other = TraceSummary()
        other[bits] = .infinity
        other[generated] = 4
        summary.merge(other)
        #expect(summary.entries.map(\.name) == ["perplexity.generated", "perplexity.all", "bits"])
        #expect(summary[generated] == 4)
        #expect(summary[MetricKey("bits")] == nil)
        #expect(summary[bits] == .infinity)
        summary[all] = nil
        #expect(summary.entries.map(\.value) == [4, .infinity])
    }
}
