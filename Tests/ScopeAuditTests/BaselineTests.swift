import ScopeAudit
import ScopeFiles
import ScopeReports
import Testing

@Suite struct BaselineTests {
    private let text = "a = 1\nb = eval(a)\nc = 3\nb = eval(a)\n"

    private func findings(in text: String) -> [Finding] {
        let bytes = Array(text.utf8)
        var places: [Int] = []
        let word = Array("eval".utf8)
        for start in 0...(bytes.count - 4) where Array(bytes[start..<start + 4]) == word {
            places.append(start)
        }
        return Finding.fingerprinted(
            places.map {
                Finding(ruleID: "r", message: "m", path: "a.py", byteRange: $0..<$0 + 4)
            }
        ) { _ in bytes }
    }

    private func prints(_ text: String) -> [String] {
        findings(in: text).compactMap { $0.fingerprints[Finding.lineFingerprint] }
    }

    @Test func fingerprintsStayWhenLinesMove() {
        let first = prints(text)
        #expect(first.count == 2 && first[0] != first[1])
        #expect(first[0].utf8.count == 32)
        #expect(prints("# more\n\n" + text) == first)
        // Indentation and runs of blanks are no difference; another name is one.
        #expect(prints("if x:\n    b =  eval(a)\n\tb = eval(a)\n") == first)
        #expect(prints(text.split(separator: "a)").joined(separator: "z)"))[0] != first[0])
    }

    @Test func onlyNewFindingsAreNew() throws {
        let baseline = FindingBaseline(findings(in: text))
        let again = try FindingBaseline(bytes: baseline.bytes, file: "baseline.json")
        #expect(again == baseline && again.bytes == baseline.bytes)
        let more = findings(in: "q = eval(x)\n" + text)
        #expect(again.marking(more).map(\.isKnown) == [false, true, true])
        // A third one of the same text is new.
        #expect(
            again.marking(findings(in: text + "b = eval(a)\n")).map(\.isKnown) == [
                true, true, false,
            ])
        #expect(FindingBaseline().bytes.last == 10)
        #expect(try FindingBaseline(bytes: FindingBaseline().bytes, file: "e").entries.isEmpty)
    }

    @Test func pathsAreKeptWhateverTheyHold() throws {
        var finding = findings(in: text)[0]
        finding.path = "odd },{ \"name\"\n.py"
        let baseline = FindingBaseline([finding])
        #expect(try FindingBaseline(bytes: baseline.bytes, file: "b") == baseline)
    }

    @Test(arguments: [
        "", "[]", "{\"version\":2,\"findings\":[]}", "{\"version\":1}",
        "{\"version\":1,\"findings\":[{\"rule\":\"r\",\"path\":\"p\"}]}",
        "{\"version\":1,\"findings\":[{\"rule\":1,\"path\":\"p\",\"fingerprint\":\"f\"}]}",
    ])
    func whatIsNoBaselineIsRefusedByName(text: String) {
        #expect {
            _ = try FindingBaseline(bytes: Array(text.utf8), file: "known.json")
        } throws: { "\($0)".hasPrefix("known.json") }
    }
}
