import ScopeTrace
import Testing

/// Programmers' mistakes stop the program, with a message that names the metric.
@Suite struct RefusalTests {
    /// Optimised code stops without a message, so only there the message is not looked at.
    func expect(_ message: String, from result: ExitTest.Result?) throws {
        let output = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #if DEBUG
            #expect(output.contains(message))
        #else
            #expect(!output.contains(message))
        #endif
    }

    @Test func aNaNIsRefused() async throws {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            var cursor = TokenMetrics(table: MetricTable(), index: TokenIndex(0))
            cursor[MetricKey<Double>("acme.depth")] = Double.nan
        }
        try expect("metric acme.depth: NaN is not a value of a trace", from: result)
    }

    @Test func aNaNInARowIsRefused() async throws {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            var cursor = TokenMetrics(table: MetricTable(), index: TokenIndex(1))
            cursor.amend(MetricKey<MetricRow>("acme.row"), at: TokenIndex(0), to: [1, .nan])
        }
        try expect("metric acme.row: NaN is not a value of a trace", from: result)
    }

    @Test func aNaNInASummaryIsRefused() async throws {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            var summary = TraceSummary()
            summary[MetricKey("perplexity")] = .nan
        }
        try expect("summary perplexity: NaN", from: result)
    }

    @Test func aNameOfAnotherKindIsRefused() async throws {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            var cursor = TokenMetrics(table: MetricTable(), index: TokenIndex(0))
            cursor[MetricKey<Double>("depth")] = 1
            cursor[MetricKey<Int>("depth")] = 1
        }
        try expect(
            "metric depth: the column holds double values, the key is of kind int", from: result)
    }

    @Test func aNameInAnotherUnitIsRefused() async throws {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            var cursor = TokenMetrics(table: MetricTable(), index: TokenIndex(0))
            cursor[MetricKey<Double>("depth", unit: .nats)] = 1
            cursor[MetricKey<Double>("depth", unit: .bits)] = 1
        }
        try expect("metric depth: the column is in nats, the key in bits", from: result)
    }

    @Test func onlyEarlierTokensAreAmended() async throws {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            var cursor = TokenMetrics(table: MetricTable(), index: TokenIndex(3))
            cursor.amend(MetricKey<Int>("depth"), at: TokenIndex(3), to: 1)
        }
        try expect("metric depth: token 3 is not before token 3", from: result)
    }

    @Test func aTokenOutOfPlaceIsRefused() async throws {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            var trace = TokenTrace(
                header: TraceHeader(
                    model: ModelIdentity(
                        name: "", family: "", fingerprint: "", parameterCount: 0),
                    kernels: "", settings: GenerationSettings(), eosTokenIDs: [],
                    contextLength: 1, libraryVersion: ""))
            trace.append(
                TokenRecord(
                    index: TokenIndex(0), id: 1, bytes: [65], sequenceSpan: 0..<2, origin: .prompt))
        }
        try expect("token 0 has 1 bytes and a span of 2", from: result)
    }
}
