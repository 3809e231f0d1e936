import ScopeFiles
import ScopeReports
import ScopeTrace
import Testing

@Suite struct JSONLinesReaderTests {
    func read(_ text: String) throws(ReportError) -> JSONLinesReader {
        try JSONLinesReader(FileContents(copying: Array(text.utf8), name: "ids.jsonl"))
    }

    /// A trace with metrics of every kind, some infinite, some absent.
    func randomTrace(seed: UInt64) throws -> TokenTrace {
        var generator = SeededGenerator(seed: seed)
        var trace = TokenTrace(header: .sample)
        trace.header.settings = GenerationSettings(seed: generator.next())
        for number in 0..<Int.random(in: 0...9, using: &generator) {
            let bytes = (0..<Int.random(in: 0...4, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            let index = trace.append(
                id: Int.random(in: 0...60_000, using: &generator), bytes: bytes,
                sourceSpan: Bool.random(using: &generator) ? number..<(number + 3) : nil,
                origin: try #require(TokenOrigin.allCases.randomElement(using: &generator)),
                role: try #require(TokenRole.allCases.randomElement(using: &generator)))
            trace.record(at: index) { record in
                if Bool.random(using: &generator) {
                    let values = [0, -0.0, 3, .infinity, -.infinity, 1e300, 0.1]
                    record[.surprisal] = values[number % values.count]
                }
                if Bool.random(using: &generator) {
                    record[.confidence] = Double.random(in: 0...1, using: &generator)
                }
                if Bool.random(using: &generator) { record[.rank] = number - 3 }
                record[MetricKey<Bool>("odd")] = number % 2 == 1
                record[MetricKey<String>("note")] = "line\n\u{2028}\"\(number)"
                record[MetricKey<TokenIDs>("top")] = TokenIDs([number, 5])
                record[MetricKey<MetricRow>("row")] = [Double(number), -.infinity]
            }
        }
        trace.stopReason = StopReason.allCases.randomElement(using: &generator)
        if Bool.random(using: &generator) {
            trace.stopMatch = StopMatch(text: "\n\u{E9}", start: 3)
        }
        trace.summary[MetricKey("perplexity")] = Double.random(in: 1...9, using: &generator)
        return trace
    }

    @Test(arguments: 0..<100) func readingGivesBackWhatWasWritten(seed: UInt64) throws {
        let trace = try randomTrace(seed: seed)
        let reader = try read(JSONLinesWriter().text(of: trace))
        #expect(reader.header == trace.header)
        #expect(reader.ids == trace.ids)
        #expect(reader.stopReason == trace.stopReason)
        #expect(reader.stopMatch == trace.stopMatch)
        #expect(reader.summary == trace.summary)
        let columns = trace.metrics.columns
        for (recorded, token) in zip(reader.tokens, trace.tokens) {
            #expect(recorded.index == token.index)
            #expect(recorded.bytes == token.bytes)
            #expect(recorded.text == token.text)
            #expect(recorded.sequenceSpan == token.sequenceSpan)
            #expect(recorded.sourceSpan == token.sourceSpan)
            #expect(recorded.origin == token.origin)
            #expect(recorded.role == token.role)
            let written = columns.compactMap { column in
                column[token.index.rawValue].map { (column.name, $0) }
            }
            #expect(recorded.metrics.map(\.name) == written.map(\.0))
            #expect(recorded.metrics.map(\.value) == written.map(\.1))
        }
    }

    @Test(arguments: [
        "[3, 1,\n 4]", "3 1 4", "\n3\n1\r\n4\n", "3,1,\t4",
        "{\"id\":3}\n\n{\"id\":1,\"new\":{}}\n{\"id\":4}",
    ])
    func idsAreReadFromEveryForm(text: String) throws {
        let reader = try read(text)
        #expect(reader.ids == [3, 1, 4])
        #expect(reader.header == nil)
        #expect(reader.tokens.allSatisfy { $0.metrics.isEmpty && $0.bytes == nil })
    }

    @Test(arguments: ["", " \n", "[]", "{\"stop_reason\":null}"])
    func nothingIsReadFromAnEmptyFile(text: String) throws {
        let reader = try read(text)
        #expect(reader.tokens.isEmpty)
        #expect(reader.stopReason == nil)
    }

    @Test func aHeaderOfAnOlderVersionIsRead() throws {
        var header = TraceHeader.sample
        header.settings = GenerationSettings(maxTokens: 5, temperature: 0.7, topP: 0.95, seed: 4)
        header.model.weights = ""
        header.model.rotaryLength = nil
        let text = """
            {"model":{"name":"tiny \\"py\\"","family":"llama","fingerprint":"00ff",\
            "parameters":1234},"arithmetic":"float32","kernels":"openblas+avx512",\
            "settings":{"max_tokens":5,"temperature":0.7,"top_k":0,"top_p":0.95,"seed":4,\
            "stop_ids":[],"add_special_tokens":false},"eos_ids":[0,2],"context_length":128,\
            "version":"1.0.0"}
            """
        #expect(try read(text).header == header)
    }

    @Test func anUnknownMetricIsKeptAsItIs() throws {
        let metrics = #"{"a":{"x":[1,"s",{"y":2.5}]},"b":["s"],"c":null}"#
        let reader = try read(#"{"id":1,"metrics":\#(metrics)}"#)
        #expect(
            reader.tokens[0][metric: "a"]
                == .opaque(
                    .object(["x": .array([.int(1), .string("s"), .object(["y": .double(2.5)])])])))
        #expect(reader.tokens[0][metric: "b"] == .opaque(.array([.string("s")])))
        #expect(reader.tokens[0][metric: "c"] == nil)
    }

    @Test(
        arguments: [
            ("{\"id\":1}\n{\"id\":-2}", 2, "id"), ("{\"id\":1}\n\n{\"id\":\"x\"}", 3, "id"),
            ("{\"id\":1}\n{\"idx\":1}", 2, "id"), ("{\"id\":1.5}", 1, "id"),
            ("{\"id\":1,\"bytes\":[65,256]}", 1, "bytes[1]"),
            ("{\"id\":1,\"start\":4,\"end\":3}", 1, "end"),
            ("{\"id\":1,\"start\":4}", 1, "end"), ("{\"id\":1,\"origin\":\"dream\"}", 1, "origin"),
            ("{\"id\":1,\"role\":3}", 1, "role"), ("{\"id\":1,\"index\":-1}", 1, "index"),
            ("{\"stop_reason\":\"bored\"}", 1, "stop_reason"),
            ("{\"stop_reason\":null,\"summary\":{\"p\":\"NaN\"}}", 1, "summary.p"),
            ("{\"stop_reason\":\"stop\",\"stop_text\":\"a\"}", 1, "stop_start"),
            (
                "{\"stop_reason\":\"stop\",\"stop_text\":\"a\",\"stop_start\":9223372036854775807}",
                1, "stop_start"
            ),
            ("{\"model\":{\"name\":\"a\"}}", 1, "model.family"), ("[1,\n2,\n-3]", 3, "[2]"),
            ("{\"id\":1,\"metrics\":{\"a\":1e999}}", 1, "metrics.a"),
        ] as [(String, Int, String)])
    func faultsNameTheLineAndTheField(text: String, line: Int, field: String) throws {
        let error = try #require(throws: ReportError.self) { try read(text) }
        guard case .malformed("ids.jsonl", line, let found, let reason) = error else {
            Issue.record("expected a fault in line \(line), found \(error)")
            return
        }
        #expect(found == field, "\(reason)")
        #expect(error.description.hasPrefix("ids.jsonl:\(line): \(field): "))
    }

    @Test(arguments: [
        ("{\"id\":1}\n{\"id\":", 2, "not valid JSON"), ("{\"id\":1,\"id\":2}", 1, "twice"),
        ("1 2\n3 x\u{1B}[2J", 2, "must be a token id, found \"x␛[2J\""), ("-1", 1, "token id"),
        ("{\"stop_reason\":null}\n{\"id\":1}", 2, "after the last line"),
        ("{\"id\":1}\n{\"model\":{}}", 2, "must be the first line"),
        ("99999999999999999999", 1, "token id"),
    ])
    func brokenFilesAreRefused(text: String, line: Int, part: String) throws {
        let error = try #require(throws: ReportError.self) { try read(text) }
        guard case .malformed("ids.jsonl", line, _, let reason) = error else {
            Issue.record("expected a fault in line \(line), found \(error)")
            return
        }
        #expect(reason.contains(part))
    }

    @Test(arguments: [
        ("\"temperature\":0.7", "\"temperature\":-1"), ("\"top_p\":0.95", "\"top_p\":0"),
        ("\"top_k\":40", "\"top_k\":-1"), ("\"seed\":42", "\"seed\":-42"),
        ("\"max_tokens\":5", "\"max_tokens\":\"5\""), ("\"eos_ids\":[0", "\"eos_ids\":[-1"),
        ("\"min_p\":0.05", "\"min_p\":2"),
        ("\"repetition_penalty\":1.1", "\"repetition_penalty\":0"),
        ("\"presence_penalty\":-0.5", "\"presence_penalty\":\"x\""),
        ("\"7\":-1.5", "\"07\":-1.5"), ("\"7\":-1.5", "\"7\":\"Infinity\""),
        ("\"processors\":[\"Grammar\"]", "\"processors\":[1]"),
        ("\"stop_strings\":[\"", "\"stop_strings\":[\"\",\""),
        ("\"prefill_step_size\":64", "\"prefill_step_size\":0"),
    ])
    func badHeadersAreRefused(part: String, replacement: String) throws {
        let header = JSONLinesWriter().header(of: TokenTrace(header: .sample))
        #expect(try read(header).header == .sample)
        let broken = header.replacing(part, with: replacement)
        #expect(broken != header)
        #expect(throws: ReportError.self) { try read(broken) }
    }

    @Test func samplesAreReadOneByOne() throws {
        let traces = try (0..<5).map { try randomTrace(seed: $0) }
        let text = traces.enumerated().map { JSONLinesWriter(sample: $0).text(of: $1) }.joined()
        let contents = FileContents(copying: Array(text.utf8), name: "ids.jsonl")
        let readers = try JSONLinesReader.samples(in: contents)
        #expect(readers.map(\.sample) == [0, 1, 2, 3, 4])
        #expect(readers.map(\.ids) == traces.map(\.ids))
        #expect(readers.map(\.header) == traces.map(\.header))
        #expect(readers.map(\.stopReason) == traces.map(\.stopReason))
        let error = try #require(throws: ReportError.self) { try read(text) }
        #expect("\(error)".contains("begins another sequence"))
    }

    @Test(arguments: [("", 0), (" \n", 0), ("[1,2]", 1), ("1 2", 1), ("{\"id\":1}", 1)])
    func oneSequenceIsOneSample(text: String, count: Int) throws {
        let contents = FileContents(copying: Array(text.utf8), name: "ids.jsonl")
        #expect(try JSONLinesReader.samples(in: contents).count == count)
    }

    @Test func aMapIsReadBack() throws {
        var trace = try randomTrace(seed: 1)
        let early = DocumentMap.fillInTheMiddle(prefix: 3..<7, suffix: 10..<15, middle: 18..<18)
        trace.documentMap = early
        let header = JSONLinesWriter().header(of: trace)
        #expect(
            header.hasSuffix(
                #"""
                "document_map":{"sequence_bytes":18,\#
                "regions":[{"language":"","bytes":9,"complete":false}],\#
                "pieces":[[3,0,0,4],[10,0,4,5]],"insertion":[0,4]}}
                """#))
        #expect(try read(header).documentMap == early)
        trace.documentMap?.append(3)
        let both = header + "\n" + JSONLinesWriter().footer(of: trace)
        #expect(try read(both).documentMap == trace.documentMap)
        trace.documentMap = FencedCode.map(of: "```c\nx;\n```\n".utf8)
        let reader = try read(JSONLinesWriter().text(of: trace))
        #expect(reader.documentMap == trace.documentMap)
        #expect(reader.header == trace.header)
    }

    @Test(arguments: [
        ("[3,0,0,4]", "[3,0,0]", "pieces[0]"), ("[3,0,0,4]", "[3,0,0,40]", "document_map"),
        ("[3,0,0,4]", "[11,0,0,4]", "document_map"), ("[3,0,0,4]", "[3,0,-1,4]", "pieces[0][2]"),
        ("\"sequence_bytes\":18", "\"sequence_bytes\":1.5", "sequence_bytes"),
        ("\"bytes\":9", "\"bytes\":\"9\"", "regions[0].bytes"),
        ("[0,4]", "[1,4]", "document_map"), ("[0,4]", "[0]", "insertion"),
    ])
    func badMapsAreRefused(part: String, replacement: String, field: String) throws {
        var trace = TokenTrace(header: .sample)
        trace.documentMap = .fillInTheMiddle(prefix: 3..<7, suffix: 10..<15, middle: 18..<18)
        let text = JSONLinesWriter().header(of: trace)
        #expect(text.contains(part))
        let broken = text.replacing(part, with: replacement)
        let error = try #require(throws: ReportError.self) { try read(broken) }
        #expect("\(error)".contains("document_map") && "\(error)".contains(field))
    }
}
