import Foundation
import ScopeTrace
import Testing

/// Reports on syntax as JSON, and trees that are refused.
@Suite struct SyntaxCodingTests {
    private static let tree = SyntaxTree(
        language: "python", kindNames: ["module", "call", "name", "("], fieldNames: ["function"],
        nodes: [
            .init(kind: 0, span: 0..<6, parent: nil, end: 5, traits: [.named, .hasError]),
            .init(kind: 1, span: 0..<5, parent: 0, end: 4, traits: .named),
            .init(kind: 2, field: 0, span: 0..<2, parent: 1, end: 3, traits: .named),
            .init(kind: 3, span: 2..<2, parent: 1, end: 4, traits: .missing),
            .init(kind: 2, span: 5..<6, parent: 0, end: 5, traits: [.named, .error]),
        ])

    private func again<Value: Codable>(_ value: Value) throws -> Value {
        try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value))
    }

    @Test("A report survives being written and read, infinities too")
    func report() throws {
        var first = SyntaxStatistic()
        first.add(.infinity, share: 0.5, logarithm: -.infinity)
        first.add(-2, share: 1, logarithm: 1)
        let column = SyntaxColumn(
            name: "p", unit: .probability, own: [first, SyntaxStatistic()],
            total: [first, first], hasLogarithms: true, quantiles: [[1, 2], []],
            intervals: [
                BootstrapInterval(
                    replicates: 5, minimum: 1, lower: 2, median: 3, mean: 4, upper: 5, maximum: 6,
                    deviation: 7), nil,
            ])
        let report = SyntaxReport(
            regions: [SyntaxRegion(number: 0, byteCount: 6, errorShare: 0.5, tree: Self.tree)],
            folds: [
                SyntaxFold(
                    level: .leafType,
                    units: [SyntaxUnit(name: "a"), SyntaxUnit(name: "b", span: 1..<2)],
                    columns: [column], quantiles: [0.5, 1])
            ],
            whole: [SyntaxTotal(name: "p", statistic: first)], outside: [])
        #expect(try again(report) == report)
        #expect(report[.leafType]?.column(named: "p") == column)
        #expect(report[.line] == nil)
        #expect(column.geometricMean(of: first) == 0)
        #expect(first.mean == .infinity && SyntaxStatistic().mean == nil)
    }

    @Test("Trees: as JSON, and as questions")
    func tree() throws {
        let tree = Self.tree
        #expect(try again(tree) == tree)
        #expect(!tree.isWellFormed && tree.depths == [0, 1, 2, 2, 1])
        #expect(tree.child("function", of: 1) == 2 && tree.child("function", of: 0) == nil)
        #expect(tree.path(to: 3) == [0, 1, 3])
    }

    @Test(
        "A tree that is none is refused",
        arguments: [
            ("\"kinds\":[0,1,2,3,2]", "\"kinds\":[0,1,2,3,9]"),
            ("\"kinds\":[0,1,2,3,2]", "\"kinds\":[0,1,2,3]"),
            ("\"fields\":[-1,-1,0,-1,-1]", "\"fields\":[-1,-1,1,-1,-1]"),
            ("\"starts\":[0,0,0,2,5]", "\"starts\":[0,0,0,3,5]"),
            ("\"parents\":[-1,0,1,1,0]", "\"parents\":[0,0,1,1,0]"),
            ("\"parents\":[-1,0,1,1,0]", "\"parents\":[-1,0,1,1,2]"),
            ("\"parents\":[-1,0,1,1,0]", "\"parents\":[-1,0,1,1,-1]"),
        ])
    func refusals(part: String, replacement: String) throws {
        let text = String(decoding: try JSONEncoder().encode(Self.tree), as: UTF8.self)
        #expect(text.contains(part))
        let wrong = text.replacingOccurrences(of: part, with: replacement)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(SyntaxTree.self, from: Data(wrong.utf8))
        }
    }

    @Test("Numbers of reasons")
    func reasons() {
        #expect(
            SyntaxHotSpot.Reason.surprisal(mean: 1.25, whole: -0.0625).description
                == "surprisal 1.25 nats a token, -0.06 in the whole text")
        #expect(
            SyntaxHotSpot.Reason.entropy(mean: .infinity, whole: 0.049).description
                == "entropy inf nats, 0.05 in the whole text")
    }
}
