import ScopeTrace
import Testing

/// Programmers' mistakes stop the program, with a message that names the metric.
@Suite struct RefusalTests {
    func message(_ result: ExitTest.Result?) throws -> String {
        String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    }

    @Test func aNaNIsRefused() async throws {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            var cursor = TokenMetrics(table: MetricTable(), index: TokenIndex(0))
            cursor[MetricKey<Double>("acme.depth")] = Double.nan
        }
        #expect(try message(result).contains("metric acme.depth: NaN is not a value of a trace"))
    }

    @Test func aNaNInARowIsRefused() async throws {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            var cursor = TokenMetrics(table: MetricTable(), index: TokenIndex(1))
            cursor.amend(MetricKey<MetricRow>("acme.row"), at: TokenIndex(0), to: [1, .nan])
        }
        #expect(try message(result).contains("metric acme.row: NaN is not a value of a trace"))
    }

    @Test func aNaNInASummaryIsRefused() async throws {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            var summary = TraceSummary()
            summary[MetricKey("perplexity")] = .nan
        }
        #expect(try message(result).contains("summary perplexity: NaN"))
    }

    @Test func aNameOfAnotherKindIsRefused() async throws {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            var cursor = TokenMetrics(table: MetricTable(), index: TokenIndex(0))
            cursor[MetricKey<Double>("depth")] = 1
            cursor[MetricKey<Int>("depth")] = 1
        }
        #expect(
            try message(result).contains(
                "metric depth: the column holds double values, the key is of kind int"))
    }

    @Test func aNameInAnotherUnitIsRefused() async throws {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            var cursor = TokenMetrics(table: MetricTable(), index: TokenIndex(0))
            cursor[MetricKey<Double>("depth", unit: .nats)] = 1
            cursor[MetricKey<Double>("depth", unit: .bits)] = 1
        }
        #expect(
            try message(result).contains("metric depth: the column is in nats, the key in bits"))
    }

    @Test func onlyEarlierTokensAreAmended() async throws {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            var cursor = TokenMetrics(table: MetricTable(), index: TokenIndex(3))
            cursor.amend(MetricKey<Int>("depth"), at: TokenIndex(3), to: 1)
        }
        #expect(try message(result).contains("metric depth: token 3 is not before token 3"))
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
        #expect(try message(result).contains("token 0 has 1 bytes and a span of 2"))
    }
}
