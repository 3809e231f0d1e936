import ScopeCode
import ScopeTrace
import Testing

/// Concepts, maps between nodes, differences of trees, clusters, effects and hot spots.
@Suite struct CounterfactualTests {
    private func source(_ text: String) throws -> SyntaxSource {
        let bytes = Array(text.utf8)
        return SyntaxSource(tree: try TestGrammars.grammar("python").parse(bytes), text: bytes)
    }

    @Test("ASTrust's concepts: nodes take whole tokens, absent is absent")
    func concepts() throws {
        let source = try source("if a < 1:\n    f(b)\n")
        var trace = TokenTrace.of([
            ("if", nil), (" a", nil), (" <", nil), (" 1", nil), (":\n", nil), ("    f", nil),
            ("(b)", nil), ("\n", nil),
        ])
        for (token, value) in [0.9, 0.5, 0.25, 0.75, 1, 0.1, 0.3, 1].enumerated() where token > 0 {
            trace.record(at: TokenIndex(token)) {
                $0[MetricKey<Double>("confidence", unit: .probability)] = value
            }
        }
        let found = CodeAggregator(bootstrap: Bootstrap(replicates: 50))
            .concepts(in: trace, over: [source])
        #expect(
            found.map(\.name) == ["NaturalLanguage", "Operator", "Scope", "Types"],
            "no Decision, as its only token, the first, has no value")
        let operators = found[1]
        #expect(operators.nodes == 1 && operators.tokens == 3)
        #expect(abs(operators.mean - 0.5) < 1e-12)
        // a: 0.5; f: 0.1; b: 0.3, each token whole.
        #expect(abs(found[0].mean - 0.3) < 1e-12 && abs(found[0].medianOfNodes - 0.3) < 1e-12)
        // ":" and ")".
        #expect(found[2].nodes == 2 && abs(found[2].mean - 0.65) < 1e-12)
        let interval = try #require(operators.interval)
        #expect(interval.minimum >= 0.25 && interval.maximum <= 0.75)
        #expect(CodeAggregator().concepts(of: "none", in: trace, over: [source]).isEmpty)
    }

    @Test("Maps hold every entry at every level", arguments: GoldenSource.all, [true, false])
    func maps(golden: GoldenSource, isShifted: Bool) throws {
        // Documents of the middle of the text only, so that some lies outside.
        let trace = TokenTrace.cut(golden.source.text, seed: 11)
        var numbers = Numbers(3)
        let rows = trace.tokens.indices.dropFirst().map { target in
            Attribution(
                method: "signed", target: TokenIndex(target), targetID: 1,
                scores: (0..<target).map { _ in numbers.fraction() - 0.5 }, isSigned: true)
        }
        let whole = rows.reduce(0) { $0 + $1.scores.reduce(0, +) }
        for level in SyntaxLevel.allCases where level != .node {
            let map = CodeAggregator().map(
                of: rows, in: trace, over: [golden.source], level: level,
                rowToken: isShifted ? .reading : .predicted)
            #expect(map.units.count + 1 == map.cells.count)
            #expect(abs(map.sum - whole) <= 1e-6 * max(1, abs(whole)))
            if level.isNested {
                let rolled = map.rolledUp()
                let last = rolled.units.count
                let roots =
                    rolled.cells[0][0] + rolled.cells[0][last] + rolled.cells[last][0]
                    + rolled.cells[last][last]
                #expect(abs(roots - whole) <= 1e-6 * max(1, abs(whole)))
            }
        }
    }

    @Test("Attention: the rest of a row lies outside, and a mean row sums to 1")
    func attention() throws {
        let source = try source("a = b\n")
        var trace = TokenTrace.of([("a", nil), (" =", nil), (" b", nil), ("\n", nil)])
        let rows: [(Int, [Double], [Double], Double)] = [
            (1, [1], [0], 0), (2, [0.6], [1], 0.4), (3, [0.5, 0.25], [0, 2], 0.25),
        ]
        for (token, weights, places, rest) in rows {
            trace.record(at: TokenIndex(token)) {
                $0[MetricKey<MetricRow>("attention_l0_h1", unit: .probability)] =
                    MetricRow(weights)
                $0[MetricKey<MetricRow>("attention_l0_h1_tokens")] = MetricRow(places)
                $0[MetricKey<Double>("attention_l0_h1_rest", unit: .probability)] = rest
            }
        }
        let map = try #require(
            CodeAggregator().map(
                ofAttention: "attention_l0_h1", in: trace, over: [source], level: .category,
                norm: .sum))
        #expect(map.units.map(\.name) == ["identifier", "fill", "operator"])
        // Row 2, " b", gave "=" 0.6 of which half is a blank; half of the row is the blank's.
        let identifier = map.cells[0]
        #expect(identifier == [0, 0.15, 0.15, 0.2])
        #expect(abs(map.sum - 3) < 1e-12)
        let mean = map.scaled(.mean)
        #expect(abs(mean.cells[0].reduce(0, +) - 1) < 1e-12)
        #expect(map.rowWeights == [0.5, 2, 0.5, 0])
        #expect(
            CodeAggregator().map(ofAttention: "none", in: trace, over: [source], level: .line)
                == nil)
    }

    @Test("The strongest tie of two constructs is one entry, with its sign")
    func strongest() throws {
        let source = try source("a = b\n")
        let trace = TokenTrace.of([("a", nil), (" =", nil), (" b", nil), ("\n", nil)])
        let rows = [
            (1, [0.25]), (2, [-3, 1]), (3, [0.5, 2, -1]),
        ].map { target, scores in
            Attribution(
                method: "m", target: TokenIndex(target), targetID: 1, scores: scores, isSigned: true
            )
        }
        let map = CodeAggregator().map(
            of: rows, in: trace, over: [source], level: .category, norm: .max)
        #expect(map.norm == .max && map.units.map(\.name) == ["identifier", "fill", "operator"])
        // "b" took −3 from "a"; "=" lies in one token with a blank, and so does "b".
        #expect(map.cells[0] == [-3, 1, 1, 0])
        #expect(map.cells[2] == [0.25, 0, 0, 0])
        #expect(map.cells[1] == [-3, 2, 2, 0])
    }

    @Test("A replaced operator is all that differs")
    func difference() throws {
        let first = try source("def f(x):\n    # old\n    return x + 1\ny = 2\n")
        let second = try source("def f(x):\n\n    return x  -  1\ny = 2\n")
        let difference = SyntaxDifference(from: first, to: second)
        #expect(difference.changes.count == 1)
        let change = try #require(difference.changes.first)
        #expect(change.kind == .replaced)
        #expect(first.tree.kindName(of: try #require(change.first)) == "+")
        #expect(second.tree.kindName(of: try #require(change.second)) == "-")
        #expect(difference.isWellFormed == [true, true])
        #expect(SyntaxDifference(from: first, to: first).isEmpty)
        let partners = difference.partners.enumerated().filter { $1 != nil }
        #expect(
            partners.allSatisfy { node, partner in
                partner.map { first.tree.kindName(of: node) == second.tree.kindName(of: $0) }
                    ?? false
            })
    }

    @Test("Statements that came and went, and a text that no longer parses")
    func insertions() throws {
        let first = try source("a = 1\nb = 2\nc = 3\n")
        let second = try source("a = 1\nc = 3\nd(\n")
        let difference = SyntaxDifference(from: first, to: second)
        #expect(difference.changes.map(\.kind) == [.removed, .inserted])
        #expect(difference.isWellFormed == [true, false])
    }

    @Test("Clusters and the entropy of programs")
    func clusters() throws {
        let programs = try [
            "def f(a):\n    return a+1\n", "def f(a):  # hm\n    return a + 1\n",
            "def f(b):\n    return b + 1\n", "def f(a):\n    return a - 1\n", "def f(a:\n",
        ].map(source)
        let exact = ProgramClusters.of(programs)
        #expect(exact.clusters == [[0, 1], [2], [3], [4]])
        #expect(exact.malformed == [4])
        #expect(abs(exact.entropy - 1.332_179) < 1e-6)
        let renamed = ProgramClusters.of(programs, equality: .renaming)
        #expect(renamed.clusters == [[0, 1, 2], [3], [4]])
        #expect(ProgramClusters.of(Array(programs[..<2])).entropy == 0)
        let weighted = ProgramClusters.of(programs, weights: [0, 0, 0, 3, 1])
        #expect(weighted.shares[0] == 0.75 && weighted.clusters[0] == [3])
    }

    @Test("What a replacement did to the statements after it")
    func effects() throws {
        let before = [("x = ", nil), ("1", 1.0), ("\n", 1), ("f(x)", 2), ("\n", 1), ("g()", 3)]
        let after = [("x = ", nil), ("22", 1.0), ("\n", 1), ("f(x)", 5), ("\n", 1), ("g()", 2.5)]
        let effects = CodeAggregator().effects(
            on: "surprisal", from: TracedSource(.of(before), try source("x = 1\nf(x)\ng()")),
            to: TracedSource(.of(after), try source("x = 22\nf(x)\ng()")))
        #expect(effects.map(\.change) == [3, -0.5])
        #expect(effects.map(\.first.line) == [2, 3])
        #expect(effects[0].second.span == 7..<11)
    }

    @Test("Hot spots rank by surprisal and say why")
    func hotSpots() throws {
        let source = try source("def f():\n    return 1\n\nprint('héllo', 2)\n")
        let trace = TokenTrace.of([
            ("def f", nil), ("():", 0.1), ("\n    return", 0.2), (" 1", 0.1), ("\n\n", 0.1),
            ("print", 0.5), ("('h", 5), ("éllo", 7), ("',", 1), (" 2)\n", 0.3),
        ])
        let aggregator = CodeAggregator()
        let spots = aggregator.hotSpots(in: trace, over: [source])
        let first = try #require(spots.first)
        #expect(first.kind == .literal && first.text == "'héllo'" && first.unit.line == 4)
        guard case .surprisal(let mean, let whole)? = first.reasons.first else {
            Issue.record("no surprisal among the reasons")
            return
        }
        #expect(mean > whole)
        #expect(
            first.reasons.contains(.token(text: "éllo", surprisal: 7, line: 4)))
        #expect(first.reasons.map(\.description)[1] == "\"éllo\" in line 4 cost 7.00 nats")
        #expect(
            aggregator.hotSpots([.definition], in: trace, over: [source]).map(\.unit.label) == ["f"]
        )
        #expect(aggregator.hotSpots(count: 1, in: trace, over: [source]).count == 1)
        let bare = TokenTrace.of([("x", nil)])
        #expect(aggregator.hotSpots(in: bare, over: [try self.source("x")]).isEmpty)
    }
}
