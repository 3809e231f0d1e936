import ScopeFiles
import ScopeReports
import ScopeTrace
import Testing

/// Results of harnesses, and what is written of their join with records.
@Suite struct OutcomeReportTests {
    private func results(
        _ text: String, suite: TestResults.Suite = .plus
    ) throws -> TestResults {
        try TestResults(
            FileContents(copying: Array(text.utf8), name: "results"), suite: suite)
    }

    @Test func linesOfHumanEvalCountTheirSamples() throws {
        let results = try results(
            """
            {"task_id": "HumanEval/0", "completion": "x", "result": "passed", "passed": true}
            {"task_id": "HumanEval/1", "completion": "y", "result": "timed out", "passed": false}

            {"task_id": "HumanEval/0", "completion": "z", "result": "failed: ", "passed": false}
            """)
        #expect(results.count == 3 && results.tasks == ["HumanEval/0", "HumanEval/1"])
        #expect(results["HumanEval/0", 0] == true && results["HumanEval/0", 1] == false)
        #expect(results["HumanEval/1", 0] == false && results["HumanEval/1", 1] == nil)
    }

    @Test func numbersOfSamplesAndStatusesAreRead() throws {
        let results = try results(
            """
            {"id": 7, "sample": 3, "status": "OK"}
            {"id": "b", "completion_id": 1, "result": "failed: assertion"}
            {"id": "b", "sample_id": 0, "status": true}
            """)
        #expect(results["7", 3] == true && results["7", 0] == nil)
        #expect(results["b", 1] == false && results["b", 0] == true)
        #expect(try self.results(#"{"id": "one", "passed": true}"#)["one", 0] == true)
    }

    @Test func theObjectOfEvalPlusHasTwoKindsOfTests() throws {
        let text = """
            {"date": "2024-01-01", "hash": "0", "eval": {"HumanEval/0": [
            {"task_id": "HumanEval/0", "solution": "", "base_status": "pass", "plus_status": "fail"},
            {"task_id": "HumanEval/0", "solution": "", "base_status": "pass", "plus_status": "pass"},
            {"task_id": "HumanEval/0", "solution": "", "base_status": "timeout", "plus_status": null}
            ]}, "pass_at_k": {}}
            """
        let (plus, base) = (try results(text), try results(text, suite: .base))
        #expect((0..<3).map { plus["HumanEval/0", $0] } == [false, true, false])
        #expect((0..<3).map { base["HumanEval/0", $0] } == [true, true, false])
        let pairs = try results(
            #"{"0": [[1, {"task_id": 0, "passed": true, "completion_id": 1}], [0, {"passed": false}]]}"#
        )
        #expect(pairs["0", 1] == true && pairs["0", 0] == false && pairs.count == 2)
    }

    @Test(arguments: [
        (#"{"id": "a"}"#, "passed"), (#"{"passed": true}"#, "must be an array"),
        (
            "{\"id\": \"a\", \"passed\": true}\n{\"id\": \"a\", \"sample\": 0, \"passed\": true}",
            ":2:"
        ),
        (#"{"id": "a", "passed": "yes"}"#, "passed"), (#"{"eval": {"a": [[]]}}"#, "eval.a[0]"),
        ("nothing", ":1:"), (#"{"id": "a", "sample": -1, "passed": true}"#, "sample"),
    ])
    func whatIsNoResultIsRefusedByItsPlace(_ text: String, _ part: String) {
        #expect(throws: ReportError.self) { try results(text) }
        do {
            _ = try results(text)
        } catch {
            #expect("\(error)".contains(part), "\(error)")
        }
    }

    private static func sample(_ number: Int) -> OutcomeSample {
        let isPassing = number % 3 == 0
        let surprisal = Double(number % 7) + (isPassing ? 0 : 1)
        let identifier = OutcomeSample.Total(weight: 2, sum: Double(number % 5))
        return OutcomeSample(
            task: "t\(number / 4)", isPassing: isPassing,
            values: ["surprisal": surprisal, "confidence": Double(number) / 40, "<&\">": 1],
            categories: [
                "identifier": ["surprisal": identifier],
                "</text>": ["surprisal": OutcomeSample.Total(sum: 1)],
            ])
    }

    private static let report = OutcomeReport(
        of: (0..<40).map(sample),
        options: OutcomeReport.Options(tries: [1, 4, 100], replicates: 100))

    @Test func jsonHoldsEverything() throws {
        let text = OutcomeWriter().json(of: Self.report)
        let root = try JSONDocument(bytes: Array(text.utf8), file: "json").root
        #expect(try root.required("format").string() == OutcomeWriter.format)
        #expect(try root.required("samples").int() == 40)
        var rates: [String] = []
        for (key, _) in try root.required("pass_at_k").members() { rates.append(key.string) }
        #expect(rates == ["1", "4"])
        let metrics = Array(try root.required("metrics").elements())
        #expect(metrics.count == 3)
        let surprisal = try #require(metrics.last)
        #expect(try surprisal.required("metric").string() == "surprisal")
        let interval = try surprisal.required("interval").elements()
        #expect(interval.count == 2)
        #expect(try surprisal.required("passing").required("count").int() == 14)
        let categories = try root.required("categories").members()
        #expect(categories.count == 2)
        let bins = try root.required("calibration").required("bins").elements()
        #expect(bins.count == 10)
        #expect(text == OutcomeWriter().json(of: Self.report))
    }

    @Test func textPictureAndPageSayTheSame() {
        let text = OutcomeView().text(of: Self.report)
        #expect(text.hasPrefix("10 tasks, 40 samples, 14 pass (35.0 %)\npass@1 0.3500, pass@4 "))
        #expect(text.contains("identifier  surprisal") && text.contains("expected calibration"))
        let picture = SVGWriter().outcomes(Self.report)
        #expect(picture.hasPrefix("<svg ") && picture.hasSuffix("</svg>\n"))
        #expect(!picture.contains("</text></text>") && picture.contains("&lt;/text&gt;"))
        #expect(picture.contains("14 of 40 samples of 10 tasks pass"))
        let page = OutcomePage(title: "<b>").html(of: Self.report)
        #expect(page.contains(picture) && page.contains("&lt;b&gt;") && !page.contains("<b>"))
        let none = OutcomeReport(of: [])
        #expect(SVGWriter().outcomes(none).hasSuffix("</svg>\n"))
        #expect(OutcomeView().text(of: none).contains("no calibration"))
        #expect(OutcomeWriter().json(of: none).contains("\"calibration\":null"))
    }
}
