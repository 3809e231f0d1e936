import ScopeFiles
import ScopeReports
import ScopeTrace
import TestFixtures
import Testing

/// Every file that the package writes names its format and version, and readers say no to later ones.
@Suite struct FormatVersionTests {
    private static let trace: TokenTrace = {
        var trace = makeTrace([([97], 1), ([98], 1)])
        trace.stopReason = .length
        return trace
    }()
    private static let comparison = ModelComparison(
        a: trace.header.model, b: trace.header.model, trace: trace, vocabularySize: 9,
        layerThreshold: 0.01)

    /// The first JSON object of each form, and where it says what it is.
    private static let written: [(form: String, json: String, name: String, versions: [String])] = [
        ("lines", JSONLinesWriter().header(of: trace), "tokenscope.trace", ["format_version"]),
        (
            "sample", JSONLinesWriter(sample: 2).header(of: trace), "tokenscope.trace",
            ["format_version"]
        ),
        (
            "object", JSONLinesWriter().document(of: trace), "tokenscope.trace",
            ["header", "format_version"]
        ),
        (
            "comparison", ComparisonWriter().header(of: comparison), "tokenscope.comparison",
            ["format_version"]
        ),
        (
            "session",
            String(
                decoding: BranchSessionFile.bytes(of: BranchSession(tree: BranchTree(trace))),
                as: UTF8.self), "tokenscope.branches", ["version"]
        ),
    ]

    @Test(arguments: written.indices)
    func whatIsWrittenSaysWhatItIs(_ place: Int) throws {
        let (form, json, name, path) = Self.written[place]
        let document = try JSONDocument(bytes: Array(json.utf8), file: form)
        var object = document.root
        for member in path.dropLast() { object = try object.required(member) }
        #expect(try object.required("format").string() == name)
        #expect(try object.required(path[path.count - 1]).int() == 1)
    }

    @Test func thePageSaysWhatItIs() throws {
        var report = HTMLReport(title: "a")
        report.add(Self.trace, name: "one")
        #expect(report.html().contains("\"format\":\"tokenscope.page\",\"version\":1,"))
    }

    @Test func tensorsSayWhatTheyAre() throws {
        let folder = try TemporaryFolder()
        let path = folder.path(of: "rows.safetensors")
        try TensorReport(of: Self.trace).write(to: path)
        let file = try SafetensorsFile(try FileContents.open(path))
        #expect(file.metadata["format"] == "tokenscope-rows-1")
    }

    /// A file of a later version, with whatever that may have.
    private static let later: [(file: String, text: String)] = [
        (
            "trace.jsonl",
            JSONLinesWriter().text(of: trace)
                .replacing("\"format_version\":1", with: "\"format_version\":2")
        ),
        (
            "bare.jsonl",
            "{\"format\":\"tokenscope.trace\",\"format_version\":7,\"new\":[]}\n"
        ),
    ]

    @Test(arguments: later.indices)
    func aLaterTraceIsRefused(_ place: Int) throws {
        let (file, text) = Self.later[place]
        let error = try #require(throws: ReportError.self) {
            try JSONLinesReader(FileContents(copying: Array(text.utf8), name: file))
        }
        #expect("\(error)".hasPrefix("\(file):1: format_version: is "), "\(error)")
        #expect("\(error)".contains("this program reads versions up to 1"), "\(error)")
    }

    @Test func aLaterObjectIsRefused() throws {
        let text = JSONLinesWriter().document(of: Self.trace)
            .replacing("\"format_version\":1", with: "\"format_version\":2")
        let error = try #require(throws: ReportError.self) {
            try RecordedTrace.all(in: FileContents(copying: Array(text.utf8), name: "a.json"))
        }
        #expect("\(error)".contains("this program reads versions up to 1"), "\(error)")
    }

    @Test func aLaterSessionIsRefused() throws {
        let session = BranchSession(tree: BranchTree(Self.trace))
        let text = String(decoding: BranchSessionFile.bytes(of: session), as: UTF8.self)
            .replacing("\"version\":1,", with: "\"version\":2,", maxReplacements: 1)
        let error = try #require(throws: FileError.self) {
            try BranchSessionFile.session(
                in: FileContents(copying: Array(text.utf8), name: "a.json"))
        }
        #expect("\(error)".contains("reads versions up to 1"), "\(error)")
    }

    @Test func anotherFormatIsRefusedByItsName() throws {
        let text = ComparisonWriter().text(of: Self.comparison)
        let error = try #require(throws: ReportError.self) {
            try JSONLinesReader(FileContents(copying: Array(text.utf8), name: "a.jsonl"))
        }
        #expect("\(error)".contains("format") && "\(error)".contains("tokenscope.trace"))
    }

    @Test func headersOfBeforeAreRead() throws {
        let text = JSONLinesWriter().text(of: Self.trace)
            .replacing("\"format\":\"tokenscope.trace\",\"format_version\":1,", with: "")
        let reader = try JSONLinesReader(FileContents(copying: Array(text.utf8), name: "a.jsonl"))
        #expect(reader.header == Self.trace.header && reader.ids == Self.trace.ids)
    }
}
