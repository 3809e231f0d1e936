import ScopeAudit
import ScopeDecoding
import ScopeReports
import ScopeTokenizers
import ScopeTrace
import Testing

/// What a model's choice at a finding rests on.
@Suite struct ExplainerTests {
    private let text = """
        import hashlib


        def digest(path, size):
            total = 0
            for name in sorted(path):
                total += len(name)
            return hashlib.md5(path).hexdigest()


        """

    private func findings() throws -> [Finding] {
        var model = SuspicionModel.tinyPython
        model.noteLimit = 0
        let auditor = Auditor(
            try Tested.model(), suspicion: SuspicionDetector(model: model, findingLimit: 3))
        return try auditor.audit(path: "a.py", source: try Tested.source(text)).findings
    }

    @Test func attributionsPointIntoTheTextBeforeThePlace() throws {
        let bytes = Array(text.utf8)
        let findings = try findings()
        #expect(findings.count == 4 && findings.allSatisfy { $0.evidence.attributions.isEmpty })
        let explainer = FindingExplainer(try Tested.model())
        for finding in findings {
            let explained = try explainer.explained(finding, in: bytes)
            let evidence = explained.evidence
            #expect(evidence.attributionMethod == "semantic" && evidence.attributionTarget != nil)
            #expect(evidence.attributions.count == 5)
            let end = try #require(finding.byteRange?.upperBound)
            for influence in evidence.attributions {
                let range = try #require(influence.byteRange)
                #expect(range.upperBound < end && !range.isEmpty)
                #expect(String(decoding: bytes[range], as: UTF8.self) == influence.text)
                #expect(influence.score > 0 && influence.score <= 1)
            }
            let scores = evidence.attributions.map(\.score)
            #expect(scores == scores.sorted(by: >) && scores.reduce(0, +) <= 1 + 1e-9)
            var without = explained
            without.evidence = finding.evidence
            #expect(without == finding)
        }
    }

    @Test func onlyTheGravestAreExplained() throws {
        let bytes = Array(text.utf8)
        let findings = try findings()
        let rules = Auditor(try Tested.model()).rules
        let explained = try FindingExplainer(try Tested.model()).explained(
            findings, gravest: 1, rules: rules
        ) { $0 == "a.py" ? bytes : nil }
        #expect(explained.count == findings.count)
        let places = explained.indices.filter { !explained[$0].evidence.attributions.isEmpty }
        // The weak hash is a warning, the lines are notes or less sure.
        let first = Finding.gravestFirst(findings, by: rules)[0]
        #expect(places == [first])
    }

    @Test func whatHasNothingBeforeItStaysAsItIs() throws {
        let explainer = FindingExplainer(try Tested.model(), influenceLimit: 2, contextLimit: 4)
        let bytes = Array(text.utf8)
        let first = Finding(ruleID: "r", message: "m", path: "a.py", byteRange: 0..<3)
        #expect(try explainer.explained(first, in: bytes) == first)
        let none = Finding(ruleID: "r", message: "m", path: "a.py")
        #expect(try explainer.explained(none, in: bytes) == none)
        let late = Finding(ruleID: "r", message: "m", path: "a.py", byteRange: 60..<64)
        let influences = try explainer.explained(late, in: bytes).evidence.attributions
        #expect(influences.count == 2)
        // No further back than the limit.
        let encoding = try Tested.model().tokenizer.encoding(of: text)
        let place = try #require(
            encoding.sourceSpans.firstIndex { ($0?.upperBound ?? 0) > 60 })
        #expect(influences.allSatisfy { (place - 4..<place).contains($0.token.rawValue) })
    }

    @Test func reportsShowThem() throws {
        let bytes = Array(text.utf8)
        let rules = Auditor(try Tested.model()).rules
        let explained = try FindingExplainer(try Tested.model()).explained(
            try findings(), gravest: 1, rules: rules
        ) { _ in bytes }
        let log = SARIFWriter(rules: rules, tool: .init(version: "1.0.0")).text(of: explained) {
            _ in bytes
        }
        #expect(log.contains("\"relatedLocations\":[{\"id\":1,\"physicalLocation\":"))
        #expect(log.contains("came from (semantic)") && log.contains("\"attributionTarget\":"))
        let page = FindingsPage(title: "t", rules: rules).html(of: explained) { _ in bytes }
        #expect(page.contains("came from (semantic)") && page.contains(" in line "))
    }
}
