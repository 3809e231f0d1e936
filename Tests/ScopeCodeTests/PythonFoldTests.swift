import ScopeCode
import ScopeTrace
import Testing

/// Folds of small Python programs, worked out by hand.
@Suite struct PythonFoldTests {
    private func source(_ text: String) throws -> SyntaxSource {
        let bytes = Array(text.utf8)
        return SyntaxSource(tree: try TestGrammars.grammar("python").parse(bytes), text: bytes)
    }

    private func unit(_ name: String, _ fold: SyntaxFold) throws -> Int {
        try #require(fold.units.firstIndex { $0.name == name })
    }

    @Test("The branch of an else is not the if's")
    func elseIsNotIf() throws {
        let source = try source("if a:\n    b\nelse:\n    c\n")
        let trace = TokenTrace.of([
            ("if a:", nil), ("\n    b", 2), ("\nelse:", 4), ("\n    c", 8), ("\n", 16),
        ])
        let fold = try #require(
            CodeAggregator(levels: [.block]).report(of: trace, over: [source])[.block])
        #expect(fold.units.map(\.name) == ["module", "if_statement", "else_clause"])
        let column = fold.columns[0]
        // The line feed before "else" is the if's; the last one is nobody's but the file's.
        let other: Double = 4 * 5.0 / 6 + 8
        let branch: Double = 2 + 4 - 4 * 5.0 / 6
        for (found, wanted) in zip(column.own.map(\.sum), [16, branch, other]) {
            #expect(abs(found - wanted) < 1e-12)
        }
        for (found, wanted) in zip(column.total.map(\.sum), [30, 14, other] as [Double]) {
            #expect(abs(found - wanted) < 1e-12)
        }
        #expect(column.own.map(\.count) == [1, 2, 2])
        #expect(column.total.map(\.count) == [4, 3, 2])
        #expect(fold.units[2].span == 12..<23)
        #expect(fold.units.map(\.line) == [1, 1, 3])
    }

    @Test("A token that spans two nodes is divided by bytes, and counted once around them")
    func shares() throws {
        let source = try source("f(x)")
        let trace = TokenTrace.of([("f", nil), ("(x", 6), (")", 1)])
        let report = CodeAggregator(levels: [.node, .namedNode, .file])
            .report(of: trace, over: [source])
        let nodes = try #require(report[.node])
        let identifier = try #require(nodes.units.lastIndex { $0.name == "identifier" })
        let call = try unit("call", nodes)
        let column = try #require(nodes.column(named: "surprisal"))
        #expect(column.total[identifier].sum == 3)
        #expect(column.total[identifier].weight == 0.5)
        #expect(column.total[identifier].mean == 6)
        #expect(column.total[call].count == 2)
        #expect(column.total[call].sum == 7)
        #expect(column.own[call].count == 0)
        #expect(column.own[call].mean == nil && column.own[call].minimum == nil)
        let list = try unit("argument_list", try #require(report[.namedNode]))
        let named = try #require(report[.namedNode]?.columns.first)
        #expect(named.own[list].sum == 4 && named.own[list].count == 2)
        #expect(report[.file]?.columns[0].own.map(\.sum) == [7])
        let perplexity = try #require(column.perplexity(of: column.total[identifier]))
        #expect(abs(perplexity - 403.428_793) < 1e-5)
    }

    @Test("A token without bytes counts whole where it stands")
    func emptyTokens() throws {
        let source = try source("f(x)")
        let trace = TokenTrace.of([("f", nil), ("(", 1), ("", 5), ("x)", 2), ("", 7)])
        let report = CodeAggregator(levels: [.node]).report(of: trace, over: [source])
        let nodes = try #require(report[.node])
        let own = nodes.columns[0].own
        let identifier = try #require(nodes.units.lastIndex { $0.name == "identifier" })
        #expect(own[identifier].sum == 6 && own[identifier].count == 2)
        let close = try unit(")", nodes)
        #expect(own[close].sum == 8 && own[close].weight == 1.5)
    }

    @Test("Definitions have names, and decorators are theirs")
    func definitions() throws {
        let source = try source("@d\nclass A:\n    def f(s):\n        pass\nx = 1\n")
        let trace = TokenTrace.cut(source.text, seed: 1)
        let fold = try #require(
            CodeAggregator(levels: [.definition]).report(of: trace, over: [source])[.definition])
        #expect(
            fold.units.map(\.name) == ["module", "decorated_definition", "function_definition"])
        #expect(fold.units.map(\.label) == [nil, "A", "f"])
        #expect(fold.units.map(\.parent) == [nil, 0, 1])
    }

    @Test("Statements and expressions")
    func levels() throws {
        let source = try source("def f(a):\n    return g(a + 1)[0]\n")
        let trace = TokenTrace.cut(source.text, seed: 1)
        let report = CodeAggregator(levels: [.statement, .expression])
            .report(of: trace, over: [source])
        #expect(
            report[.statement]?.units.map(\.name)
                == ["module", "function_definition", "return_statement"])
        #expect(
            report[.expression]?.units.map(\.name) == [
                "module", "subscript", "call", "identifier", "binary_operator", "identifier",
                "integer", "integer",
            ])
    }

    @Test("Lines end after their line feed, whatever the tokens")
    func lines() throws {
        let source = try source("a\n\n  b\r\nc")
        let trace = TokenTrace.of([("a\n\n ", nil), (" b\r", 3), ("\nc", 4)])
        let fold = try #require(
            CodeAggregator(levels: [.line]).report(of: trace, over: [source])[.line])
        #expect(fold.units.map(\.line) == [1, 2, 3, 4])
        #expect(fold.columns[0].own.map(\.sum) == [0, 0, 5, 2])
    }

    @Test("Match kinds are TokenScope's")
    func matchKinds() throws {
        #expect(TokenMatch(token: 2..<5, leaf: 2..<5) == .exact)
        #expect(TokenMatch(token: 2..<5, leaf: 2..<4) == .fullInside)
        #expect(TokenMatch(token: 2..<5, leaf: 3..<5) == .fullInside)
        #expect(TokenMatch(token: 2..<5, leaf: 4..<9) == .startInside)
        #expect(TokenMatch(token: 2..<5, leaf: 2..<9) == .startInside)
        #expect(TokenMatch(token: 2..<5, leaf: 0..<3) == .endInside)
        #expect(TokenMatch(token: 2..<5, leaf: 0..<5) == .endInside)
        #expect(TokenMatch(token: 2..<5, leaf: 1..<6) == .within)
        #expect(TokenMatch(token: 2..<5, leaf: 5..<6) == nil)
        let source = try source("foo(bar)")
        let trace = TokenTrace.of([("fo", nil), ("o(b", 1), ("a", 1), ("r)", 1)])
        let matches = CodeAggregator().matches(of: trace, over: [source])
        #expect(
            matches.map { $0.map(\.match) } == [
                [.startInside], [.endInside, .fullInside, .startInside], [.within],
                [.endInside, .fullInside],
            ])
    }

    @Test("Quantiles go by weight, intervals by the tokens")
    func spread() throws {
        let source = try source("abcd\n")
        let trace = TokenTrace.of([
            ("a", nil), ("b", 1), ("c", 2), ("d", 3), ("\n", 10),
        ])
        let fold = CodeAggregator(
            levels: [.file], quantiles: [0.25, 0.5, 0.75, 0.76], bootstrap: Bootstrap(seed: 1)
        ).report(of: trace, over: [source]).folds[0]
        #expect(fold.columns[0].quantiles == [[1, 2, 3, 10]])
        let interval = try #require(fold.columns[0].intervals[0])
        #expect(abs(interval.mean - 4) < 0.4 && interval.replicates == 500)
        // The deviation of a mean of four: √(Σ(x − x̄)²/4)/√4.
        #expect(abs(interval.deviation - 1.77) < 0.15)
        #expect(interval.lower < 2 && interval.upper > 6)
    }

    @Test("Tokens that are left out count nowhere")
    func included() throws {
        let source = try source("a b")
        let trace = TokenTrace.of([("a", nil), (" ", 1), ("b", 2)])
        let report = CodeAggregator(levels: [.file], isIncluded: { $0.text != "b" })
            .report(of: trace, over: [source])
        #expect(report.whole[0].statistic.sum == 1)
        #expect(report.folds[0].columns[0].own[0].count == 1)
    }

    @Test("Code in fences: what lies outside is told apart")
    func fences() throws {
        let text = "Look:\n```python\nx = 1\n```\nand\n```python\ny\n```\n"
        var trace = TokenTrace(header: .code)
        for word in ["Look:\n```python\nx", " = 1\n``", "`\nand\n```py", "thon\ny\n", "```\n"] {
            let index = trace.append(id: 1, bytes: Array(word.utf8), origin: .sampled)
            trace.record(at: index) {
                $0[MetricKey<Double>("surprisal", unit: .nats)] = Double(word.utf8.count)
            }
        }
        #expect(trace.text == text)
        let map = trace.fencedCode
        #expect(map.regions.map(\.byteCount) == [6, 2])
        let python = try TestGrammars.grammar("python")
        let sources = try map.regions.indices.map { region in
            let bytes = try #require(map.bytes(ofRegion: region, in: trace.bytes))
            return SyntaxSource(region: region, tree: try python.parse(bytes), text: bytes)
        }
        let report = CodeAggregator().report(of: trace, over: sources, map: map)
        // A surprisal of as many nats as bytes: a nat a byte.
        #expect(abs(report.outside[0].statistic.sum - Double(text.utf8.count - 8)) < 1e-9)
        for fold in report.folds {
            #expect(abs(fold.columns[0].own.reduce(0) { $0 + $1.sum } - 8) < 1e-9)
        }
        #expect(report[.file]?.units.map(\.region) == [0, 1])
        let lines = try #require(report[.line]?.columns[0].own.map(\.sum))
        #expect(zip(lines, [6, 2] as [Double]).allSatisfy { abs($0 - $1) < 1e-9 })
    }

    @Test("Fill-in-the-middle: the document's order is not the sequence's")
    func fillInTheMiddle() throws {
        var trace = TokenTrace(header: .code)
        for (text, role) in [
            ("<P>", TokenRole.fim), ("f(", .text), ("<S>", .fim), (")\n", .text), ("<M>", .fim),
            ("xy", .text),
        ] {
            let index = trace.append(
                id: 1, bytes: Array(text.utf8), origin: .prompt, role: role)
            trace.record(at: index) {
                $0[MetricKey<Double>("surprisal", unit: .nats)] = Double(index.rawValue)
            }
        }
        trace.documentMap = .fillInTheMiddle(prefix: 3..<5, suffix: 8..<10, middle: 13..<15)
        let source = try source("f(xy)\n")
        let report = CodeAggregator(levels: [.namedNode]).report(of: trace, over: [source])
        let fold = report.folds[0]
        let name = try #require(fold.units.lastIndex { $0.name == "identifier" })
        #expect(fold.columns[0].own[name].sum == 5)
        #expect(report.outside[0].statistic.sum == 0 + 2 + 4)
    }
}
