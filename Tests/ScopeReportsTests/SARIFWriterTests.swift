import ScopeFiles
import ScopeTrace
import Testing

@testable import ScopeReports

/// The rules of SARIF 2.1.0 that a log must keep, by the number of the section.
@Suite struct SARIFWriterTests {
    private static let path = "src/mein Ordner/é#%.py"
    private static let file = Array("a = 1\r\nb = \"é👩\" + c\n".utf8)

    private func log(_ findings: [Finding]) throws -> JSONValue {
        let writer = SARIFWriter(
            rules: [.uncertainLine, .uncertainToken], tool: .init(version: "1.0.0"), root: "/a b/c")
        let text = writer.text(of: findings) { $0 == Self.path ? Self.file : nil }
        #expect(text.hasSuffix("}\n"))
        return try JSONDocument(bytes: Array(text.utf8), file: "log", refusingDuplicateKeys: true)
            .root
    }

    private static let findings = [
        Finding(
            ruleID: "uncertain-token", message: "not {expected}: [x]", level: .warning, path: path,
            byteRange: 12..<18, fingerprints: ["line/v1": "00ff"],
            properties: [
                "surprisal": .number(7.5), "token": .integer(3), "text": .text("<é>"),
                "first": .flag(true), "bound": .number(.infinity),
            ]),
        Finding(ruleID: "other", message: "of a rule of its own", path: "b.py", byteRange: 2..<5),
        Finding(ruleID: "uncertain-line", message: "of no file"),
        Finding(ruleID: "uncertain-line", message: "whole file", path: path),
    ]

    @Test func theLogIsOfVersion210() throws {
        // 3.13.2, 3.13.3, 3.13.4.
        let log = try log(Self.findings)
        #expect(try log.required("version").string() == "2.1.0")
        #expect(try log.required("$schema").string().hasSuffix("sarif-schema-2.1.0.json"))
        #expect(try log.required("runs").list().count == 1)
    }

    @Test func rulesHaveIDsOfTheirOwnAndResultsPointAtThem() throws {
        // 3.19.23: ids are unique; 3.27.5, 3.27.6: ruleId and ruleIndex agree.
        let run = try log(Self.findings).required("runs").list()[0]
        let driver = try run.required("tool").required("driver")
        #expect(try driver.required("name").string() == "tokenscope")
        let ids = try driver.required("rules").list().map { try $0.required("id").string() }
        #expect(ids == ["uncertain-line", "uncertain-token", "other"])
        for result in try run.required("results").list() {
            let index = try result.required("ruleIndex").int()
            #expect(ids[index] == (try result.required("ruleId").string()))
            // 3.27.11: a message has a text.
            #expect(try !result.required("message").required("text").string().isEmpty)
        }
    }

    @Test func levelsAreThoseOfTheStandard() throws {
        // 3.27.10, 3.50.2.
        let run = try log(Self.findings).required("runs").list()[0]
        let levels = ["none", "note", "warning", "error"]
        for rule in try run.required("tool").required("driver").required("rules").list() {
            let level = try rule.required("defaultConfiguration").required("level").string()
            #expect(levels.contains(level))
        }
        let results = try run.required("results").list()
        #expect(try results[0].required("level").string() == "warning")
        // Without one, the rule's holds.
        #expect(results[2]["level"] == nil)
    }

    @Test func pathsAreRelativeReferencesUnderABase() throws {
        // 3.4.3, 3.4.4, 3.14.14: encoded, relative, under a base that ends with a slash.
        let run = try log(Self.findings).required("runs").list()[0]
        let base = try run.required("originalUriBaseIds").required("SRCROOT").required("uri")
            .string()
        #expect(base == "file:///a%20b/c/")
        let artifacts = try run.required("artifacts").list()
        let uris = try artifacts.map { try $0.required("location").required("uri").string() }
        #expect(uris == ["src/mein%20Ordner/%C3%A9%23%25.py", "b.py"])
        #expect(try artifacts[0].required("length").int() == Self.file.count)
        for result in try run.required("results").list() {
            for place in try result["locations"]?.list() ?? [] {
                let file = try place.required("physicalLocation").required("artifactLocation")
                #expect(try file.required("uriBaseId").string() == "SRCROOT")
                // 3.4.5: the index names the same file.
                let index = try file.required("index").int()
                #expect(uris[index] == (try file.required("uri").string()))
            }
        }
        #expect(SARIFWriter.reference("/abs/x:y") == "abs/x%3Ay")
    }

    @Test func columnsAreCountedInTheUnitThatTheRunStates() throws {
        // 3.14.17, 3.30.5 to 3.30.12: from 1, the end one beyond, in UTF-16 units.
        let run = try log(Self.findings).required("runs").list()[0]
        #expect(try run.required("columnKind").string() == "utf16CodeUnits")
        let results = try run.required("results").list()
        let region = try results[0].required("locations").list()[0]
            .required("physicalLocation").required("region")
        #expect(try region.required("startLine").int() == 2)
        #expect(try region.required("startColumn").int() == 6)
        #expect(try region.required("endLine").int() == 2)
        #expect(try region.required("endColumn").int() == 9)
        #expect(try region.required("byteOffset").int() == 12)
        #expect(try region.required("byteLength").int() == 6)
        #expect(try region.required("snippet").required("text").string() == "é👩")
        // Where the file is not at hand, bytes alone.
        let other = try results[1].required("locations").list()[0]
            .required("physicalLocation").required("region")
        #expect(other["startLine"] == nil)
        #expect(try other.required("byteLength").int() == 3)
        // A finding about a whole file has no region, one about none no location.
        #expect(results[2]["locations"] == nil)
        let whole = try results[3].required("locations").list()[0].required("physicalLocation")
        #expect(whole["region"] == nil)
    }

    @Test func messagesEscapeWhatHasAMeaning() throws {
        // 3.11.5: braces are doubled; 3.11.6: brackets would begin a link.
        let run = try log(Self.findings).required("runs").list()[0]
        let message = try run.required("results").list()[0].required("message")
        #expect(try message.required("text").string() == #"not {{expected}}: \[x\]"#)
    }

    @Test func propertiesKeepTheirKinds() throws {
        // 3.8.
        let run = try log(Self.findings).required("runs").list()[0]
        let bag = try run.required("results").list()[0].required("properties")
        #expect(try bag.required("surprisal").double() == 7.5)
        #expect(try bag.required("token").int() == 3)
        #expect(try bag.required("first").bool())
        #expect(try bag.required("bound").string() == "Infinity")
    }

    @Test func anEmptyLogHasResults() throws {
        // 3.14.23: results that were looked for and not found are an empty list.
        let run = try log([]).required("runs").list()[0]
        #expect(try run.required("results").list().isEmpty)
    }

    @Test(arguments: [
        (0..<1, 1, 1, 1, 2), (5..<7, 1, 6, 2, 1), (7..<8, 2, 1, 2, 2), (13..<14, 2, 6, 2, 7),
        (22..<23, 2, 13, 2, 14), (22..<24, 2, 13, 3, 1), (23..<40, 2, 14, 3, 1),
        (40..<50, 3, 1, 3, 1),
    ])
    func regionsOfBytes(
        range: Range<Int>, startLine: Int, startColumn: Int, endLine: Int, endColumn: Int
    ) {
        let region = SARIFRegion(range, in: Self.file)
        #expect(region.startLine == startLine && region.startColumn == startColumn, "\(region)")
        #expect(region.endLine == endLine && region.endColumn == endColumn, "\(region)")
    }

    @Test func hotSpotsAreTokensAndLinesThatWereNotExpected() throws {
        var trace = TokenTrace(header: .sample)
        let tokens = [("a", 9.0), (" =", 1), (" 1", 0.5), ("\n", 0.1), ("zz", 5), (" yy", 6)]
        var start = 0
        for (text, value) in tokens {
            let end = start + text.utf8.count
            let index = trace.append(
                id: 1, bytes: Array(text.utf8), sourceSpan: start..<end, origin: .sampled)
            trace.record(at: index) { $0[.surprisal] = value }
            start = end
        }
        let spots = trace.hotSpots(path: "x.py", tokenLimit: 8, lineLimit: 4)
        #expect(spots.map(\.ruleID) == ["uncertain-token", "uncertain-line"])
        #expect(spots[0].byteRange == 0..<1)
        #expect(spots[1].byteRange == 6..<11)
        #expect(spots[1].properties["surprisal"] == .number(5.5))
        #expect(trace.hotSpots(path: "x.py", tokenLimit: nil, lineLimit: nil).isEmpty)
    }
}
