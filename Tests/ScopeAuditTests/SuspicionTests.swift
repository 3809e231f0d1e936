import ScopeAudit
import ScopeCode
import ScopeDecoding
import ScopeMetrics
import ScopeReports
import ScopeTrace
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct SuspicionTests {
    private let text = """
        # What is searched for, and where.
        def find(values, wanted):
            low = 0
            high = len(values) - 1
            while low <= high:
                middle = (low + high) // 2
                if values[middle] == wanted:
                    return middle
                if values[middle] < wanted:
                    low = middle + 1
                else:
                    high = middle - 1
            return -1


        """

    private func trace(_ text: String) throws -> TokenTrace {
        var session = try Tested.model().scoringSession(of: text)
        session.attachSuspicionMetrics()
        while try session.next() != nil {}
        return session.trace
    }

    @Test func theBuiltInWeightsCanBeRead() throws {
        // Weights that cannot be read would leave limits that nothing reaches.
        let model = SuspicionModel.tinyPython
        #expect(model.regression.weights.contains { $0 != 0 })
        #expect(
            0 < model.noteLimit && model.noteLimit < model.warningLimit && model.warningLimit < 1)
        #expect(try SuspicionModel(text: model.text, file: "again") == model)
    }

    @Test(arguments: [
        "", "intercept", "intercept one\n", "weight.of.nothing 1\n", "intercept 1 2\n",
    ])
    func weightsThatAreNoneAreRefusedByName(text: String) {
        #expect {
            _ = try SuspicionModel(text: text, file: "weights.txt")
        } throws: { "\($0)".hasPrefix("weights.txt") }
    }

    @Test func whatIsOverruledIsWhatIsAbove() throws {
        let trace = try trace(text)
        let mass = try #require(trace[.overruledMass])
        let lead = try #require(trace[.lead])
        let ranks = try #require(trace.metrics.column(named: "rank")?.numbers)
        let surprisal = try #require(trace[.surprisal])
        #expect(mass[0] == nil && lead[0] == nil)
        for token in 1..<trace.tokens.count {
            let (above, ahead) = (try #require(mass[token]), try #require(lead[token]))
            #expect((ranks[token] == 1) == (above == 0) && (above == 0) == (ahead == 0))
            // What is above and the token itself are no more than all.
            #expect(above + exp(-(surprisal[token] ?? 0)) <= 1 + 1e-9)
            #expect(ahead <= (surprisal[token] ?? 0) + 1e-9)
        }
    }

    @Test func linesOfCodeHaveAScoreInTheirOrder() throws {
        let source = try Tested.source(text)
        let scores = SuspicionDetector().scores(of: try trace(text), over: source)
        // The comment and the blank lines have none; `else:` has.
        #expect(scores.map(\.unit.line) == (2...13).map { $0 })
        for score in scores {
            #expect((0...1).contains(score.score))
            #expect(score.features.values.allSatisfy { $0.isFinite })
            #expect(score.tokens.contains(score.dearest))
            #expect(score.unit.span.map { $0.overlaps(score.span) } == true)
        }
        #expect(scores[0].features["surprisal.max"].map { $0 > 0 } == true)
        #expect(scores[0].features["nothing"] == nil)
    }

    @Test func statementsAndNodesHaveScoresToo() throws {
        let source = try Tested.source(text)
        let trace = try trace(text)
        let lines = SuspicionDetector().scores(of: trace, over: source)
        let statements = SuspicionDetector(level: .statement).scores(of: trace, over: source)
        #expect(statements.contains { $0.unit.name == "return_statement" })
        #expect(SuspicionDetector(level: .node).scores(of: trace, over: source).count > lines.count)
        // A statement that is a line has the line's features.
        let line = try #require(lines.first { $0.unit.line == 8 })
        let statement = try #require(statements.first { $0.unit.name == "return_statement" })
        #expect(statement.features == line.features)
    }

    @Test func findingsNameTheTokenAndWhatWasExpected() throws {
        let changed = text.replacingFirst("low + high", with: "low + wanted")
        let source = try Tested.source(changed)
        var model = SuspicionModel.tinyPython
        model.noteLimit = 0
        let detector = SuspicionDetector(model: model, findingLimit: 4)
        let findings = detector.findings(of: try trace(changed), over: source, path: "a.py") { id in
            "<\(id)>"
        }
        #expect(findings.count == 4)
        #expect(
            findings.map { $0.byteRange?.lowerBound ?? -1 }
                == findings
                .compactMap { $0.byteRange?.lowerBound }.sorted())
        for finding in findings {
            #expect(finding.confidence == finding.evidence.metrics["score"])
            #expect(finding.tokens != nil && finding.message.contains("nats"))
            #expect(finding.evidence.alternatives.allSatisfy { $0.text.hasPrefix("<") })
        }
    }

    @Test func thereIsNoConfidenceWhereNothingWasMeasured() throws {
        let source = try Tested.source(text)
        let trace = try trace(text)
        var model = SuspicionModel.tinyPython
        model.noteLimit = 0
        model.warningLimit = 0
        func findings(_ model: SuspicionModel) -> [Finding] {
            SuspicionDetector(model: model, unfittedLimit: 10)
                .findings(of: trace, over: source, path: "a.py") { _ in nil }
        }
        let measured = findings(model)
        #expect(!measured.isEmpty)
        #expect(measured.allSatisfy { $0.level == .warning && $0.confidence != nil })
        var ofAnotherLanguage = model
        ofAnotherLanguage.language = "swift"
        var ofAnotherModel = model
        ofAnotherModel.modelFingerprint = "0"
        for other in [ofAnotherLanguage, ofAnotherModel] {
            let findings = findings(other)
            #expect(findings.map(\.byteRange) == measured.map(\.byteRange))
            #expect(findings.allSatisfy { $0.level == .note && $0.confidence == nil })
            #expect(findings.allSatisfy { $0.evidence.metrics["score"] != nil })
            let first = SuspicionDetector(model: other)
                .findings(of: trace, over: source, path: "a.py") { _ in nil }
            #expect(first.count == 1)
        }
    }

    @Test func anAuditHasBothKindsAndFingerprints() throws {
        let code = text + "digest = hashlib.md5(find)\n"
        var model = SuspicionModel.tinyPython
        model.noteLimit = 0
        let auditor = Auditor(
            try Tested.model(), suspicion: SuspicionDetector(model: model, findingLimit: 2))
        let audit = try auditor.audit(path: "a.py", source: try Tested.source(code))
        #expect(audit.isComplete)
        #expect(Set(audit.findings.map(\.ruleID)) == ["suspicious-code", "weak-hash"])
        #expect(audit.findings.allSatisfy { $0.fingerprints[Finding.lineFingerprint] != nil })
        #expect(auditor.rules.contains { $0.id == "weak-hash" && $0.help != nil })
        #expect(audit.trace != nil)
    }

    @Test func anEmptyFileHasNothing() throws {
        let audit = try Auditor(try Tested.model()).audit(
            path: "a.py", source: try Tested.source("\n"))
        #expect(audit.findings.isEmpty && audit.isComplete)
        let none = try Auditor(try Tested.model()).audit(
            path: "a.py", source: try Tested.source(""))
        #expect(none.findings.isEmpty && none.isComplete)
    }
}

extension String {
    fileprivate func replacingFirst(_ text: String, with other: String) -> String {
        split(separator: text, maxSplits: 1, omittingEmptySubsequences: false)
            .joined(separator: other)
    }
}
