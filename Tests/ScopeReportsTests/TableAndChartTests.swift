import ScopeReports
import ScopeTrace
import Testing

@Suite struct TableAndChartTests {
    @Test func aTableIsAligned() {
        let trace = makeTrace([(Array("def".utf8), nil), (Array("\n".utf8), 12.3456)])
        let expected = """
            token  id  text   origin   surprisal
                0  10  "def"  sampled
                1  11  "␊"    sampled     12.346

            """
        #expect(TableView().text(of: trace) == expected)
    }

    @Test func samplesShareATable() {
        let first = makeTrace([(Array("a".utf8), 0.5)])
        var second = makeTrace([(Array("bc".utf8), 1)])
        second.record(at: TokenIndex(0)) { $0[.rank] = 3 }
        let expected = """
            sample  token  id  text  origin   surprisal  rank
                 0      0  10  "a"   sampled      0.500
                 1      0  10  "bc"  sampled      1.000     3

            """
        #expect(TableView().text(ofSamples: [first, second]) == expected)
    }

    @Test func controlCharactersNeverReachTheTerminal() {
        let trace = makeTrace([([0x1B, 0x5B, 0x32, 0x4A], 1), (Array("\u{202E}".utf8), 2)])
        let text = TableView().text(of: trace)
        #expect(!text.unicodeScalars.contains("\u{1B}"))
        #expect(!text.unicodeScalars.contains("\u{202E}"))
    }

    @Test func longTextsAreCut() {
        let trace = makeTrace([(Array(String(repeating: "x", count: 100).utf8), 1)])
        let text = TableView(textWidth: 10).text(of: trace)
        #expect(text.contains("\"xxxxxxxx…"))
        #expect(!text.contains("xxxxxxxxxx"))
    }

    @Test func aChartSpansItsRange() {
        let trace = makeTrace(
            [1.0, 2, 3, 4].map { (Array("x".utf8), $0) }, promptCount: 2)
        // Dots 15, 10, 5 and 0 from the top, each joined to the one before.
        let expected = """
            surprisal (nats) of 4 tokens
            4 ┤⠀⢸
              ┤⠀⡎
              ┤⢠⠃
            1 ┤⡸⠀
              └─┴  ┴ the prompt ends

            """
        #expect(LineChart(width: 2, height: 4).text(of: trace, metric: "surprisal") == expected)
    }

    @Test func aMetricThatIsNotThereIsNamed() {
        let trace = makeTrace([(Array("x".utf8), 1)])
        #expect(LineChart().text(of: trace, metric: "luck") == "luck: no values\n")
        let empty = makeTrace([])
        #expect(LineChart().text(of: empty, metric: "surprisal") == "surprisal: no values\n")
    }

    @Test(arguments: [0, 1, 7, 143, 144, 145, 1000])
    func aChartOfAnyLengthFitsItsWidth(_ count: Int) {
        let trace = makeTrace((0..<count).map { (Array("x".utf8), Double($0 % 13)) })
        let lines = LineChart().text(of: trace, metric: "surprisal").split(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= 72 + 8 })
        #expect(count == 0 || lines.count == 10)
    }
}
