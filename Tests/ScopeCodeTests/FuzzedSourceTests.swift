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
}
