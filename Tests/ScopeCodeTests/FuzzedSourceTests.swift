import ScopeCode
import ScopeTrace
import Testing

/// Sources that fuzzing has found.
@Suite struct FuzzedSourceTests {
    /// A broken source after which the grammar's scanner keeps that an f-string has no end.
    static let broken = """
        #!/usr/bin/eStrnv python3
        # -*- coding:def f(a b):
         Q  return a +
        c:lass :
          ut   x == = 2
        prinf-8t(f"{a + -*-

        \u{20}\u{20}
        """

    @Test(arguments: 1...9) func theTreeInTheEndIsThatOfAFreshParse(length: Int) throws {
        let grammar = try GrammarLibrary.standard.grammar(for: "python")
        let bytes = Array(Self.broken.utf8)
        var parser = try IncrementalParser(grammar: grammar)
        for start in stride(from: 0, to: bytes.count, by: length) {
            try parser.append(bytes[start..<min(start + length, bytes.count)])
        }
        #expect(try parser.finish() == grammar.parse(bytes))
        #expect(try grammar.parse(bytes, queries: []).tree == grammar.parse(bytes))
    }

    /// A table whose lines end as those of Windows do, which was one line before.
    @Test func linesOfTablesMayEndWithTwoCharacters() throws {
        let text = "# words\nstatement a_statement\ncall call\n"
        let table = try SyntaxTable(language: "x", text: text)
        let other = text.replacing("\n", with: "\r\n")
        #expect(try SyntaxTable(language: "x", text: other) == table)
        #expect(
            throws: SyntaxFailure.invalidTable(
                language: "x", line: 2, reason: "\"b\" is no property")
        ) {
            try SyntaxTable(language: "x", text: "call a\r\nb c\r\n")
        }
    }

    /// Patterns that the runtime would read by recursion until its stack ends.
    @Test func patternsAreNotNestedWithoutEnd() throws {
        let grammar = try GrammarLibrary.standard.grammar(for: "python")
        let deep = String(repeating: "(", count: SyntaxLimits.queryDepth + 1)
        #expect(
            throws: SyntaxFailure.malformedQuery(
                name: "q", offset: SyntaxLimits.queryDepth,
                reason: "is nested deeper than 256 patterns")
        ) {
            try SyntaxQuery(deep, name: "q", grammar: grammar)
        }
        let flat = #"("(" ) @a ; ((("# + "\n(_) @b"
        #expect(try SyntaxQuery(flat, name: "q", grammar: grammar).captureNames == ["a", "b"])
    }

    /// Marks behind what may be nothing already, for which the runtime read beyond its steps or went round
    /// for ever.
    @Test(arguments: [
        ("(_)??", 4), ("(_)*?", 4), ("(_)? @a *", 8), ("(_) + ? ?", 8), ("((_)?)?", 6),
        ("((_)* (_)?)*", 11), ("(call function: ((_)? (#eq? @a \"?\"))?)", 36), ("[(_) (_)?]?", 10),
        ("(_)?+*", 4), ("_??", 2), ("\"if\"?*", 5), ("(_)?;?\n ?", 8), ("(_ _?+)", 5),
        ("(_ (_)* @a +)", 11), ("(_ ((_)?)+)", 9), ("(_ [(_) (_)?]+)", 13),
    ])
    func whatMayBeNothingIsNotLeftOut(text: String, offset: Int) throws {
        let grammar = try GrammarLibrary.standard.grammar(for: "python")
        let reason = "repeats or leaves out what may be nothing already"
        #expect(
            throws: SyntaxFailure.malformedQuery(name: "q", offset: offset, reason: reason)
        ) {
            try SyntaxQuery(text, name: "q", grammar: grammar)
        }
    }

    /// Predicates, which make no step, where the runtime writes to a pattern's first step: beyond its steps.
    @Test(arguments: [
        ("((#se b))@a", 8, "has no pattern in these brackets"),
        ("( ( (#p?) ) ) ?", 10, "has no pattern in these brackets"),
        ("((eq? a))@a", 8, "has no pattern in these brackets"),
        ("[]@a", 1, "has no pattern in these brackets"),
        ("(call function: (#p? a))", 16, "has a predicate where a pattern has to be"),
        ("[(#p? a)]*", 1, "has a predicate where a pattern has to be"),
        ("(call (_) (p! a) .)", 18, "has a dot behind a predicate"),
        ("(call (_) (#p? a) !_x . )", 24, "has a dot behind a predicate"),
        ("(call ! name ._??)", 16, "repeats or leaves out what may be nothing already"),
        ("(call\u{2028}_??)", 5, "has a sign that is not ASCII"),
    ])
    func predicatesAreNoPatterns(text: String, offset: Int, reason: String) throws {
        let grammar = try GrammarLibrary.standard.grammar(for: "python")
        #expect(
            throws: SyntaxFailure.malformedQuery(name: "q", offset: offset, reason: reason)
        ) {
            try SyntaxQuery(text, name: "q", grammar: grammar)
        }
    }

    /// A pattern whose matches in progress the runtime compared for ever, in 40 bytes of JSON.
    @Test func matchesInProgressAreNotWithoutEnd() throws {
        let grammar = try GrammarLibrary.standard.grammar(for: "python")
        let query = try SyntaxQuery("(_ (_)? @a _? @b) @c *", name: "q", grammar: grammar)
        let source = Array(String(repeating: "f(1, \"a\", g(x))\n", count: 100).utf8)
        #expect(
            throws: SyntaxFailure.malformedQuery(
                name: "q", offset: 0, reason: "has more than 256 matches in progress in a text")
        ) {
            try grammar.parse(source, queries: [query])
        }
    }

    @Test func stepsAreNotWithoutEnd() throws {
        let grammar = try GrammarLibrary.standard.grammar(for: "python")
        let many = String(repeating: "_", count: SyntaxLimits.queryStepCount / 2)
        #expect(
            throws: SyntaxFailure.malformedQuery(
                name: "q", offset: many.utf8.count, reason: "has more than 65000 steps")
        ) {
            try SyntaxQuery(many + "_", name: "q", grammar: grammar)
        }
    }

    @Test(arguments: [
        "(_ [(_)? (_)]+)", "(_ ((_)? (_)* (_))+)", "((_)? (_))? @a",
        "(_)+ @a", "[(_)? (_)]* @a", "(module (_)? @a . (_)* @b)",
        "((comment)* @a . (_) @b (#eq? @a \"??\"))", "(_)+? @a", "(_) @a? (_)? @b",
        "(call function: (_)? arguments: (_)?) @a", "(_ (\"if\")? @a) ; ??",
        "((#set! a b) (_) @a . (_) (#eq? @a \"é\"))", "(_ . (_) @a (#eq? @a \"b\")) ; é",
        "(call (#eq? \"a\" \"b\") . (_) @a !function .)",
    ])
    func marksThatMeanSomethingAreRead(text: String) throws {
        let grammar = try GrammarLibrary.standard.grammar(for: "python")
        let query = try SyntaxQuery(text, name: "q", grammar: grammar)
        let source = Array("# a\nif f(x):\n    pass\n".utf8)
        #expect(try !grammar.parse(source, queries: [query]).tree.nodes.isEmpty)
    }
}
