import ScopeFiles
import ScopeReports
import ScopeTrace
import Testing

/// Reports on syntax as text and maps as pictures.
@Suite struct SyntaxViewTests {
    private static func statistic(_ value: Double, _ share: Double) -> SyntaxStatistic {
        var statistic = SyntaxStatistic()
        statistic.add(value, share: share)
        return statistic
    }

    private static let tree = SyntaxTree(
        language: "python", kindNames: ["module", "call", "name"], fieldNames: ["function"],
        nodes: [
            .init(kind: 0, span: 0..<6, parent: nil, end: 3, traits: .named),
            .init(kind: 1, span: 0..<5, parent: 0, end: 3, traits: .named),
            .init(kind: 2, field: 0, span: 0..<2, parent: 1, end: 3, traits: .named),
        ])

    private static var report: SyntaxReport {
        let units = [
            SyntaxUnit(name: "module", region: 0, node: 0, span: 0..<6, line: 1),
            SyntaxUnit(name: "call", region: 0, node: 1, span: 0..<5, line: 1, parent: 0),
            SyntaxUnit(
                name: "name", label: "\u{1B}[31m", region: 0, node: 2, span: 0..<2, line: 1,
                parent: 1),
        ]
        let own = [SyntaxStatistic(), statistic(2, 1), statistic(4, 0.5)]
        var total = own
        total[1].merge(own[2])
        total[0].merge(total[1])
        let column = SyntaxColumn(name: "surprisal", unit: .nats, own: own, total: total)
        return SyntaxReport(
            regions: [SyntaxRegion(number: 0, byteCount: 6, errorShare: 0, tree: tree)],
            folds: [SyntaxFold(level: .namedNode, units: units, columns: [column])],
            whole: [SyntaxTotal(name: "surprisal", statistic: total[0])], outside: [])
    }

    @Test("A table has a row a unit, indented, and ends with the whole")
    func table() throws {
        let text = try #require(SyntaxView().table(of: .namedNode, in: Self.report))
        #expect(
            text == """
                line  named-node      tokens  surprisal  own sum
                   1  module               2      2.667
                   1    call               2      2.667    2.000
                   1      name ␛[31m       1      4.000    2.000
                      all                         2.667    4.000

                """)
        #expect(SyntaxView().table(of: .line, in: Self.report) == nil)
    }

    @Test("A tree shows fields and text, and stops at a depth")
    func tree() throws {
        let text = try #require(
            SyntaxView().tree(of: Self.report, text: { _ in Array("f\t(1)\n".utf8) }))
        #expect(text.split(separator: "\n").count == 4)
        #expect(text.contains("function: name"))
        let cut = SyntaxView().tree(
            of: Self.report, text: { _ in Array("f\t(1)\n".utf8) }, depth: 1)
        #expect(cut?.split(separator: "\n").count == 3)
    }

    @Test("Hot spots are listed with their reasons")
    func list() {
        let spot = SyntaxHotSpot(
            kind: .call, unit: SyntaxUnit(name: "call", span: 0..<5, line: 3), text: "f(\u{1B}1)",
            score: 4.256,
            reasons: [.surprisal(mean: 4.5, whole: 1), .errors(bytes: 2), .overruled(share: 0.5)])
        #expect(
            SyntaxView().list([spot]) == """
                4.26  call, line 3: f(␛1)
                        surprisal 4.50 nats a token, 1.00 in the whole text
                        2 bytes fit no rule of the grammar
                        50.00 % of the tokens were not the first choice

                """)
    }

    @Test("A picture of a map leaves out what gives nothing", arguments: [1.0, -1])
    func map(sign: Double) {
        let units = ["<a>", "b", "c"].enumerated().map { place, name in
            SyntaxUnit(name: name, span: place..<place + 1, line: place + 1)
        }
        let map = SyntaxMap(
            name: "attention & co", level: .statement, units: units, norm: .sum,
            rowToken: .predicted,
            cells: [[0, 0, 0, 0], [0.5, 0, 0, 0], [0, 0, 0, 0], [sign, 0.25, 0, 0]],
            rowWeights: [1, 1, 1, 1])
        let picture = SVGWriter().syntaxMap(map)
        #expect(picture == SVGWriter().syntaxMap(map))
        #expect(picture.contains("&lt;a&gt; :1") && picture.contains("attention &amp; co"))
        #expect(picture.contains("outside") && picture.contains("0.25"))
        #expect(!picture.contains("c :3"))
        #expect(!picture.contains("<a>"))
    }

    @Test("Maps add up along the tree, and scale by row")
    func rollUp() {
        let units = [
            SyntaxUnit(name: "root"), SyntaxUnit(name: "in", parent: 0),
        ]
        let map = SyntaxMap(
            name: "m", level: .node, units: units, norm: .sum, rowToken: .reading,
            cells: [[1, 2, 0], [3, 4, 5], [0, 0, -6]], rowWeights: [2, 4, 1])
        let rolled = map.rolledUp()
        #expect(rolled.cells[0] == [10, 6, 5] && rolled.cells[1] == [7, 4, 5])
        #expect(rolled.cells[2] == [0, 0, -6] && rolled.rowWeights == [6, 4, 1])
        #expect(map.scaled(.mean).cells[1] == [0.75, 1, 1.25])
        #expect(map.scaled(.share).cells[2] == [0, 0, -1])
        #expect(map.sum == 9)
    }

    @Test("A map as a table has the largest units, and says what they are")
    func mapTable() {
        let units = ["root", "in", "none"].enumerated().map { place, name in
            SyntaxUnit(name: name, label: place == 1 ? "f" : nil, line: place + 1)
        }
        let map = SyntaxMap(
            name: "m", level: .statement, units: units, norm: .sum, rowToken: .predicted,
            cells: [[1, 0, 0, 0], [-2, 0.5, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0.25]],
            rowWeights: [1, 1, 1, 1])
        #expect(
            SyntaxView().map(map) == """
                m by statement: sums over all tokens, a row is that of the token predicted; all cells sum to -0.25
                   line  statement       1      2      3
                1     1  root        1.000
                2     2  in f       -2.000  0.500
                3        outside                   0.250

                """)
        let cut = SyntaxView().map(map, mostUnits: 2)
        #expect(cut.contains("1 units with less left out") && !cut.contains("outside"))
    }

    @Test("Folds as lines and in an object")
    func foldLines() throws {
        let writer = SyntaxFoldWriter(sample: 3)
        let lines = writer.lines(of: Self.report).split(separator: "\n").map(String.init)
        #expect(lines.count == 4)
        #expect(
            lines[2]
                == #"{"sample":3,"fold":"named-node","unit":2,"name":"name","label":"\u001b[31m","region":0,"start":0,"end":2,"line":1,"parent":1,"metrics":{"surprisal":{"count":1,"weight":0.5,"mean":4.0,"sum":2.0,"minimum":4.0,"maximum":4.0,"own_sum":2.0,"own_weight":0.5}}}"#
        )
        #expect(
            lines[3].hasPrefix(#"{"sample":3,"fold":"named-node","units":3,"regions":[{"region":0"#)
        )
        #expect(lines[3].contains(#""whole":{"surprisal":{"count":2,"#))
        let whole = SyntaxFoldWriter().document("{\"a\":1}\n", adding: Self.report)
        let document = try JSONDocument(bytes: Array(whole.utf8), file: "x")
        #expect(try document.root.required("a").int() == 1)
        let units = try document.root.required("syntax").required("folds").elements()
        #expect(Array(units).count == 1)
        // Readers of traces pass over them, wherever they stand.
        let trace = TokenTrace(
            header: TraceHeader(
                model: ModelIdentity(name: "m", family: "f", fingerprint: "0", parameterCount: 1),
                kernels: "scalar", settings: GenerationSettings(), eosTokenIDs: [],
                contextLength: 8, libraryVersion: "0"))
        let text = JSONLinesWriter().text(of: trace) + writer.lines(of: Self.report)
        let read = try JSONLinesReader(FileContents(copying: Array(text.utf8), name: "x"))
        #expect(try read.trace(file: "x") == trace)
    }
}
