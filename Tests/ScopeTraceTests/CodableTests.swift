import ScopeTrace
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite struct CodableTests {
    func roundTrip<Value: Codable>(_ value: Value) throws -> Value {
        try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value))
    }

    func decode(_ text: String) throws -> MetricTable {
        try JSONDecoder().decode(MetricTable.self, from: Data(text.utf8))
    }

    func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    @Test(arguments: 0..<200) func aTraceSurvives(seed: UInt64) throws {
        let trace = try randomTrace(seed: seed)
        let back = try roundTrip(trace)
        #expect(back == trace)
        #expect(back.metrics.names == trace.metrics.names)
        #expect(back[.surprisal]?.map { $0 } == trace[.surprisal]?.map { $0 })
        #expect(try encode(back) == encode(trace))
    }

    @Test func randomTracesCoverTheAwkwardCases() throws {
        let traces = try (0..<200).map { try randomTrace(seed: $0) }
        #expect(traces.contains { $0.tokens.isEmpty })
        #expect(traces.contains { $0[.surprisal]?.present.contains(.infinity) == true })
        #expect(traces.contains { $0[.attention]?.contains(MetricRow([])) == true })
        #expect(traces.contains { $0.metrics.names.count == 7 })
        #expect(traces.contains { $0[.surprisal].map { $0.contains(nil) } == true })
    }

    @Test func aColumnIsWrittenAsNameUnitKindValues() throws {
        var cursor = TokenMetrics(table: MetricTable(), index: TokenIndex(1))
        cursor[.surprisal] = .infinity
        cursor[.attention] = [1, -.infinity]
        #expect(
            try encode(cursor.finish()) == """
                {"columns":[\
                {"kind":"double","name":"surprisal","unit":"nats","values":[null,"Infinity"]},\
                {"kind":"row","name":"attention","unit":"probability",\
                "values":[null,[1,"-Infinity"]]}],"rowCount":2}
                """)
    }

    @Test func anUnknownKindIsKeptAndWrittenBack() throws {
        let text = """
            {"columns":[{"kind":"complex","name":"z","unit":"volts","values":\
            [null,{"im":[0.5,-1],"re":{"s":"é"}},true,12345678901234567,"Infinity",null]}],\
            "rowCount":7}
            """
        let table = try decode(text)
        #expect(try encode(table) == text)
        let column = try #require(table.column(named: "z"))
        #expect(column.kind == .opaque("complex"))
        #expect(column.unit == MetricUnit(rawValue: "volts"))
        #expect(column.count == 7)
        #expect(column[0] == nil)
        #expect(column[2] == .opaque(.bool(true)))
        #expect(column[6] == nil)
        #expect(column.numbers == nil)
        #expect(table[MetricKey<Double>("z", unit: MetricUnit(rawValue: "volts"))] == nil)
        #expect(try decode(text) == table)
    }

    @Test func emptyColumnsSurvive() throws {
        let kinds = ["double", "int", "bool", "string", "ids", "row", "tensor"]
        let columns = kinds.map {
            #"{"kind":"\#($0)","name":"c.\#($0)","unit":"none","values":[]}"#
        }
        let text = #"{"columns":[\#(columns.joined(separator: ","))],"rowCount":3}"#
        let table = try decode(text)
        #expect(try encode(table) == text)
        #expect(table.columns.map(\.kind.name) == kinds)
        #expect(table[MetricKey<Int>("c.int")].map(Array.init) == [nil, nil, nil])
    }

    @Test(arguments: [
        ("[]", -1, "negative"),
        (#"[{"name":"a","unit":"none","kind":"int","values":[1,2]}]"#, 1, "\"a\" has more"),
        (#"[{"name":"","unit":"none","kind":"int","values":[]}]"#, 0, "empty"),
        (#"[{"name":"a","unit":"x","kind":"double","values":["NaN"]}]"#, 1, "NaN"),
        (
            #"""
            [{"name":"a","unit":"none","kind":"int","values":[]},
            {"name":"a","unit":"nats","kind":"double","values":[]}]
            """#, 0, "two columns"
        ),
    ])
    func badTablesAreRefused(columns: String, rowCount: Int, part: String) throws {
        let text = #"{"columns":\#(columns),"rowCount":\#(rowCount)}"#
        let error = try #require(throws: DecodingError.self) { try decode(text) }
        guard case .dataCorrupted(let context) = error else {
            Issue.record("expected dataCorrupted, found \(error)")
            return
        }
        #expect(context.debugDescription.contains(part))
    }

    @Test(arguments: ["double", "int", "bool", "ids", "row"])
    func aValueOfAnotherKindIsRefused(kind: String) {
        let column = #"{"name":"a","unit":"x","kind":"\#(kind)","values":["1"]}"#
        #expect(throws: DecodingError.self) {
            try decode(#"{"columns":[\#(column)],"rowCount":1}"#)
        }
    }

    @Test(arguments: [
        (#""index":0"#, #""index":1"#), (#""sequenceSpan":[0,2]"#, #""sequenceSpan":[0,3]"#),
        (#""sequenceSpan":[2,3]"#, #""sequenceSpan":[3,4]"#), (#""id":7"#, #""id":-7"#),
        (#""sequenceSpan":[2,3]"#, #""sequenceSpan":[3,2]"#), (#""rowCount":2"#, #""rowCount":3"#),
        (#""sequenceSpan":[2,3]"#, #""sequenceSpan":[2,9223372036854775807]"#),
        (#""sourceSpan":[4,6]"#, #""sourceSpan":[-4,6]"#), (#""index":1"#, #""index":-1"#),
        (#""origin":"prompt""#, #""origin":"dream""#),
    ])
    func badTracesAreRefused(part: String, replacement: String) throws {
        var trace = TokenTrace(header: .sample)
        trace.append(id: 7, bytes: [104, 105], sourceSpan: 4..<6, origin: .prompt)
        trace.append(id: 8, bytes: [33], origin: .sampled)
        let text = try encode(trace)
        #expect(throws: Never.self) {
            try JSONDecoder().decode(TokenTrace.self, from: Data(text.utf8))
        }
        let broken = text.split(separator: part, omittingEmptySubsequences: false)
        #expect(broken.count == 2)
        let data = Data(broken.joined(separator: replacement).utf8)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(TokenTrace.self, from: data)
        }
    }

    @Test func deepOpaqueValuesAreRefusedNotFatal() throws {
        let deep = String(repeating: "[", count: 400) + String(repeating: "]", count: 400)
        let column = #"{"name":"a","unit":"x","kind":"z","values":[\#(deep)]}"#
        #expect(throws: DecodingError.self) {
            try decode(#"{"columns":[\#(column)],"rowCount":1}"#)
        }
    }
}
