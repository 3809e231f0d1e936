import ScopeFiles
import Testing

@Suite struct JSONReaderTests {
    private func root(_ text: String) throws(FileError) -> JSONValue {
        try JSONDocument(bytes: Array(text.utf8), file: "test.json").root
    }

    private func reason(_ text: String) -> String {
        do {
            _ = try root(text)
            return "accepted"
        } catch {
            return error.description
        }
    }

    @Test(arguments: [
        "", " ", "[", "]", "{", "}", "[1,]", "[,1]", "{,}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}",
        "{a:1}", "{1:1}", "[1 2]", "1 2", "[] []", "nul", "nulll", "True", "tru", "NaN",
        "Infinity", "-Infinity", "'a'", "\"a", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"",
        "01", "-", "-01", "1.", ".5", "+1", "1e", "1e+", "1.e5", "0x10", "1_000", "[1}",
        "{\"a\":1]",
        "\"\u{1}\"", "\"a\nb\"", "\"\t\"", "// c\n1", "/* */1", "\u{FEFF}1", "\u{A0}1", "1\u{0}",
        "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800x\"", "\"\\ud800\\n\"", "\"\\ud800\\ud800\"",
        "\"\\udc00\\ud800\"", "\"\\udc00\\udc00\"",
    ])
    func refuses(text: String) throws {
        let error = #expect(throws: FileError.self) { try root(text) }
        guard case .malformed("test.json", nil, let position?, let reason) = try #require(error)
        else {
            Issue.record("not a fault of the format: \(error?.description ?? "none")")
            return
        }
        #expect((0...text.utf8.count).contains(position))
        #expect(reason.hasPrefix("not valid JSON: "))
    }

    @Test(arguments: [
        ("null", JSONValue.Kind.null), (" true ", .bool), ("\n\t\r false", .bool), ("0", .number),
        ("-0", .number), ("1E+05", .number), ("-0.0e-0", .number), ("\"\"", .string),
        ("[ ]", .array), ("{ }", .object), ("[[],{}]", .array), ("{\"\":{\"\":[]}}", .object),
    ])
    func accepts(text: String, kind: JSONValue.Kind) throws {
        #expect(try root(text).kind == kind)
    }

    @Test func namesThePositionOfAFault() {
        #expect(
            reason("[1, 2, x]") == "test.json: not valid JSON: found 'x' where a value must "
                + "stand (byte 7)")
        #expect(
            reason("{\"a\": [1, 2") == "test.json: not valid JSON: ends inside the array "
                + "opened at byte 6 (byte 11)")
        #expect(reason("[01]").contains("starts with a zero (byte 2)"))
        #expect(reason("\"\\ud83d\"").contains("unpaired surrogate"))
        #expect(reason("\u{FEFF}{}").contains("byte order mark"))
    }

    @Test func limitsNesting() throws {
        for (open, close) in [("[", "]"), ("{\"k\":", "}")] {
            let limit = JSONDocument.maximumDepth
            let deepest =
                String(repeating: open, count: limit - 1) + "[]"
                + String(repeating: close, count: limit - 1)
            #expect(try root(deepest).kind != .null)
            #expect(reason(open + deepest + close).contains("nested deeper than 128"))
            #expect(reason(String(repeating: open, count: 100_000)).contains("nested deeper"))
        }
    }

    @Test func resolvesEscapes() throws {
        #expect(
            try root("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"").utf8()
                == [0x22, 0x5C, 0x2F, 0x08, 0x0C, 0x0A, 0x0D, 0x09])
        #expect(
            try root("\"\\u0000\\u00e9\\u20AC\\ud83d\\uDE00\"").string()
                == "\u{0}\u{e9}\u{20ac}\u{1f600}")
        #expect(try root("\"\\udbff\\udfff\\ud800\\udc00\"").string() == "\u{10FFFF}\u{10000}")
        // A key is found by what it stands for, whatever its spelling.
        #expect(try root("{\"\\u0061b\": 1}").required("ab").int() == 1)
        #expect(try root("{\"\\u0061b\": 1}")["\\u0061b"] == nil)
    }

    @Test func agreesWithTheStandardLibraryOnUTF8() throws {
        var generator = SeededGenerator(seed: 8)
        let edges: [UInt8] = [
            0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC,
            0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF, 0x41,
        ]
        for _ in 0..<20_000 {
            let length = Int.random(in: 1...5, using: &generator)
            let inside = (0..<length).map { _ in
                edges[Int.random(in: 0..<edges.count, using: &generator)]
            }
            let isValid = String(validating: inside, as: UTF8.self) != nil
            let document = try? JSONDocument(bytes: [0x22] + inside + [0x22], file: "bytes")
            #expect((document != nil) == isValid, "\(inside)")
            #expect(try document.map { try $0.root.utf8() == inside } != false)
        }
    }

    @Test func findsTheLastOfARepeatedKeyOrRefusesIt() throws {
        let text = "{\"a\": 1, \"b\": {\"x\": 1, \"\\u0078\": 2}, \"a\": 3}"
        #expect(try root(text).required("a").int() == 3)
        #expect(
            throws: FileError.malformed(
                file: "test.json", field: "a", position: 42, reason: "the key is there twice")
        ) {
            try JSONDocument(
                bytes: Array(text.utf8), file: "test.json", refusingDuplicateKeys: true)
        }
        let inner = "[0, {\"x\": 1, \"\\u0078\": 2}]"
        let error = #expect(throws: FileError.self) {
            try JSONDocument(
                bytes: Array(inner.utf8), file: "test.json", refusingDuplicateKeys: true)
        }
        #expect(error?.field == "[1].x")
    }

    @Test func namesTheFieldOfAWrongValue() throws {
        let config = try root("{\"model\": {\"merges\": [\"a\", 1, {\"deep\": \"8\"}]}}")
        let merges = try config.required("model").required("merges")
        let values = Array(try merges.elements())
        #expect(
            throws: FileError.malformed(
                file: "test.json", field: "model.merges[1]", position: 27,
                reason: "must be a string, found 1")
        ) { try values[1].string() }
        let deep = try values[2].required("deep")
        #expect(
            deep.error("must be a positive integer, found \(deep.lexeme)").description
                == "test.json: model.merges[2].deep: must be a positive integer, found \"8\" (byte 39)"
        )
        #expect(
            throws: FileError.malformed(
                file: "test.json", field: "model.merges[2].shallow", position: 30,
                reason: "is missing")
        ) { try values[2].required("shallow") }
        #expect(
            throws: FileError.malformed(
                file: "test.json", field: "hidden_size", position: 0, reason: "is missing")
        ) { try config.required("hidden_size") }
        #expect(merges["a"] == nil)
        #expect(throws: FileError.self) { try merges.required("a") }
    }

    @Test func keepsMessagesShort() throws {
        let long = String(repeating: "x\\n", count: 100_000)
        let error = try root("{\"\(long)\": \"\(long)\"}").members().map { $0.value }[0]
            .mismatch("a number")
        #expect(error.description.utf8.count < 1_000)
        #expect(error.description.unicodeScalars.allSatisfy { $0.value >= 0x20 })
    }
}
