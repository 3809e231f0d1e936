import ScopeReports
import ScopeTrace
import Testing

@Suite struct ConcealmentTests {
    private let rule = Finding.Rule(id: "r", summary: "A rule.")

    private func finding(_ range: Range<Int>, concealing concealed: [Range<Int>]) -> Finding {
        Finding(
            ruleID: "r", message: "m", path: "a.py", byteRange: range, concealed: concealed)
    }

    private func log(_ findings: [Finding], _ text: String) -> String {
        SARIFWriter(rules: [rule], tool: .init(version: "1.0.0")).text(of: findings) { _ in
            Array(text.utf8)
        }
    }

    @Test func whatIsConcealedIsShownByNoReport() {
        let text = "key = \"abcdefgh\"\nnext\n"
        let findings = [finding(7..<15, concealing: [9..<15]), finding(0..<22, concealing: [])]
        let page = FindingsPage(title: "t", rules: [rule]).html(of: findings) { _ in
            Array(text.utf8)
        }
        for report in [page, log(findings, text)] {
            #expect(report.contains("ab******") && !report.contains("abc"))
        }
        #expect(page.contains("next"))
    }

    @Test func influencesAreConcealedToo() {
        var other = finding(0..<3, concealing: [])
        other.evidence.attributions = [
            .init(token: TokenIndex(4), text: "cdef", score: 0.5, byteRange: 9..<13),
            .init(token: TokenIndex(0), text: "key", score: 0.5, byteRange: 0..<3),
        ]
        let findings = [finding(7..<15, concealing: [9..<15]), other]
        let text = "key = \"abcdefgh\"\nnext\n"
        let page = FindingsPage(title: "t", rules: [rule]).html(of: findings) { _ in
            Array(text.utf8)
        }
        for report in [page, log(findings, text)] {
            #expect(!report.contains("cdef") && report.contains("…"))
        }
        #expect(page.contains("<code>key</code>"))
    }

    @Test func everyPlaceStaysWhereItIs() {
        // One, two, three and four bytes; one, one, one and two units of UTF-16; and a line's end.
        let text = "k = aü€😀\nb\n"
        let place = 4..<text.utf8.count - 1
        let open = log([finding(place, concealing: [])], text)
        let covered = log([finding(place, concealing: [place])], text)
        #expect(covered.contains("*×•🔒\\n*"))
        for name in ["startColumn", "endColumn", "endLine", "byteOffset", "byteLength"] {
            let parts = [open, covered].map { log in
                log.split(separator: "\"\(name)\":").dropFirst().map { $0.prefix { $0.isNumber } }
            }
            #expect(parts[0] == parts[1] && !parts[0].isEmpty, "\(name)")
        }
    }

    @Test(arguments: [-5..<3, 3..<90, 90..<99, 2..<2])
    func rangesBeyondTheFileAreCut(range: Range<Int>) {
        let text = "abc\ndef\n"
        let shown = log([finding(0..<8, concealing: [range])], text)
        #expect(shown.contains("\\n"))
        #expect(shown.contains("def\\n") == (range.upperBound <= 4 || range.lowerBound >= 8))
    }

    @Test func bytesThatAreNoTextAreCovered() {
        let bytes: [UInt8] = [0x61, 0xFF, 0x80, 0x80, 0x80, 0x80, 0x80, 0x62, 0xE2, 0x82]
        let shown = SARIFWriter(rules: [rule], tool: .init(version: "1.0.0"))
            .text(of: [finding(0..<10, concealing: [0..<10])]) { _ in bytes }
        #expect(shown.contains("\"********×\""))
    }

    @Test func aCurveIsDrawnAndNamed() {
        let curve = ROCCurve(
            name: "a <b>",
            points: [
                .init(falseAlarms: 0, found: 0), .init(falseAlarms: 0.5, found: 1),
                .init(falseAlarms: 1, found: 1),
            ])
        let picture = SVGWriter().roc([curve], title: "How often")
        #expect(picture.hasPrefix("<svg") && picture.contains("How often"))
        #expect(picture.contains("a &lt;b&gt;") && picture.contains("false alarms"))
        // From the lower left corner through the middle of the upper edge.
        #expect(picture.contains("M56 364 L216 44 L376 44"))
    }
}
