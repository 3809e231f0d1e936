import ScopeReports
import ScopeTrace
import Testing

@Suite struct FindingsPageTests {
    private let rule = Finding.Rule(
        id: "r", summary: "A rule.", help: "More <b>of</b> it.\nAnd more.", defaultLevel: .warning)
    private let text = Array("one\n  two = <three>\nfour\n".utf8)

    private func finding(_ level: Finding.Level? = nil, _ range: Range<Int> = 6..<9) -> Finding {
        Finding(
            ruleID: "r", message: "Look <here>.", level: level, path: "a&b.py", byteRange: range,
            tokens: TokenIndex(2)..<TokenIndex(4),
            evidence: Finding.Evidence(
                metrics: ["surprisal_max": 2.5],
                alternatives: [.init(text: "<x>\n", probability: 0.25)],
                attributions: [.init(token: TokenIndex(1), text: "one", score: 0.5)],
                attributionMethod: "fisher",
                branch: .init(replacement: "2", continuation: " = 3")),
            confidence: 0.625)
    }

    @Test func aPageHasCodeEvidenceAndRules() {
        let page = FindingsPage(title: "A <title>", rules: [rule]).html(of: [finding()]) { _ in
            text
        }
        #expect(page.contains("<title>A &lt;title&gt;</title>"))
        #expect(page.contains("a&amp;b.py:2"))
        #expect(page.contains("<i>2</i>  <mark>two</mark> = &lt;three&gt;"))
        #expect(page.contains("&lt;x&gt;⏎") && page.contains("0.25"))
        #expect(page.contains("surprisal max <b>2.5</b>"))
        #expect(page.contains("fisher") && page.contains("confidence 63 %"))
        #expect(page.contains("<p>More &lt;b&gt;of&lt;/b&gt; it.</p><p>And more.</p>"))
        #expect(!page.contains("<script") && page.contains("default-src 'none'"))
        #expect(!page.contains("<three>") && !page.contains("<here>"))
    }

    @Test func theGravestComeFirstAndKnownOnesLast() throws {
        var known = finding(.error)
        known.isKnown = true
        known.message = "known one"
        let findings = [finding(.note), finding(.error), known]
        let page = FindingsPage(title: "t", rules: [rule]).html(of: findings)
        let error = try #require(page.firstRange(of: "<article class=\"error\">"))
        let note = try #require(page.firstRange(of: "<article class=\"note\">"))
        let last = try #require(page.firstRange(of: "known one"))
        #expect(error.lowerBound < note.lowerBound && note.lowerBound < last.lowerBound)
        #expect(page.contains("<b>2</b> errors <span>(1 known)</span>"))
        #expect(page == FindingsPage(title: "t", rules: [rule]).html(of: findings))
    }

    @Test func manyFindingsAreListed() {
        var other = finding()
        other.path = "c.py"
        other.confidence = 0.1
        let page = FindingsPage(title: "t", rules: [rule], detailLimit: 2)
            .html(of: (0..<4).map { _ in finding() } + [other]) { _ in text }
        #expect(page.contains("3 more, by file"))
        #expect(page.contains("<summary>a&amp;b.py <span>2</span></summary>"))
        #expect(page.contains("<summary>c.py <span>1</span></summary>"))
        #expect(page.contains("<a class=rule href=\"#rule-r\">r</a> 5"))
        #expect(FindingsPage(title: "t", rules: []).html(of: []).contains("Nothing was found."))
    }

    @Test func findingsWithoutConfidenceStandByTheirScore() throws {
        let findings = [0.2, 0.9].map { score in
            var finding = finding()
            finding.confidence = nil
            finding.message = "score \(score)"
            finding.evidence.metrics["score"] = score
            return finding
        }
        let page = FindingsPage(title: "t", rules: [rule]).html(of: findings + [finding()])
        let places = try ["Look", "score 0.9", "score 0.2"].map {
            try #require(page.firstRange(of: "<p>\($0)")).lowerBound
        }
        #expect(places == places.sorted())
    }

    @Test func linesAreThoseOfTheBytes() {
        #expect(finding().lines(in: text) == 2...2)
        #expect(finding(nil, 0..<4).lines(in: text) == 1...1)
        #expect(finding(nil, 0..<6).lines(in: text) == 1...2)
        #expect(finding(nil, 90..<99).lines(in: text)?.lowerBound == 4)
        #expect(Finding(ruleID: "r", message: "m").lines(in: text) == nil)
    }

    @Test func aLogHasTheEvidence() {
        var known = finding()
        known.isKnown = false
        let log = SARIFWriter(rules: [rule], tool: .init(version: "1.0.0")).text(of: [known])
        for part in [
            "\"rank\":62.5", "\"baselineState\":\"new\"", "\"confidence\":0.625",
            "\"firstToken\":2", "\"endToken\":4", "\"metrics\":{\"surprisal_max\":2.5}",
            "\"probability\":0.25", "\"attributionMethod\":\"fisher\"",
            "\"branch\":{\"replacement\":\"2\",\"continuation\":\" = 3\"}",
        ] {
            #expect(log.contains(part), "\(part)")
        }
    }

    @Test func aReliabilityDiagramNamesItsPoints() {
        let curve = ReliabilityCurve(
            name: "a <b>", points: [.init(confidence: 0.5, accuracy: 0.25, count: 8)])
        let picture = SVGWriter().reliability([curve], title: "How sure")
        #expect(picture.hasPrefix("<svg") && picture.contains("How sure"))
        #expect(picture.contains("a &lt;b&gt;: confidence 0.500, came true 0.250, 8 predictions"))
    }
}
