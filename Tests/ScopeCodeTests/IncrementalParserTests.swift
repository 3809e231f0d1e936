import ScopeCode
import ScopeTrace
import Testing

/// What a parser says of a text while it grows.
@Suite struct IncrementalParserTests {
    private func names(_ nodes: [SyntaxStep.Node], _ grammar: Grammar) -> [String] {
        nodes.map { grammar.kindNames[$0.kind] }
    }

    @Test("The path says what the last byte stands in")
    func path() throws {
        let grammar = try TestGrammars.grammar("python")
        var parser = try IncrementalParser(grammar: grammar)
        let start = try parser.append([])
        #expect(names(start.path, grammar) == ["module"])
        #expect(start.depth == 0)
        #expect(!start.hasError && start.began.isEmpty && start.closed.isEmpty)

        let name = try parser.append(Array("x".utf8))
        #expect(names(name.path, grammar) == ["module", "expression_statement", "identifier"])
        #expect(names(name.began, grammar) == ["module", "expression_statement", "identifier"])
        #expect(name.bytes == 0..<1)
        #expect(name.depth == 2)

        let value = try parser.append(Array(" = 12".utf8))
        #expect(
            names(value.path, grammar)
                == ["module", "expression_statement", "assignment", "integer"])
        #expect(names(value.began, grammar) == ["=", "integer"])
        #expect(value.began.map(\.span) == [2..<3, 4..<6])
        // The name is behind the last byte now; what was around it still is.
        #expect(names(value.closed, grammar) == ["identifier"])
        #expect(value.revised == [])

        let line = try parser.append(Array("\n".utf8))
        #expect(names(line.path, grammar) == ["module"])
        #expect(
            names(line.closed, grammar) == ["expression_statement", "assignment", "integer"])
        #expect(try parser.finish() == grammar.parse(parser.bytes))
    }

    @Test("What turns out to be something else is said to be revised")
    func revised() throws {
        let grammar = try TestGrammars.grammar("python")
        var parser = try IncrementalParser(grammar: grammar)
        try parser.append(Array("print".utf8))
        let step = try parser.append(Array("er".utf8))
        #expect(names(step.path, grammar).last == "identifier")
        #expect(step.path.last?.span == 0..<7)
        try parser.append(Array("\nfo".utf8))
        let keyword = try parser.append(Array("r".utf8))
        #expect(keyword.hasError)
        #expect(names(keyword.revised, grammar).contains("identifier"))
    }

    @Test("Errors show where they are, and go when the text goes on well")
    func errors() throws {
        let grammar = try TestGrammars.grammar("python")
        var parser = try IncrementalParser(grammar: grammar)
        let open = try parser.append(Array("f(1, ".utf8))
        #expect(open.hasError)
        let closed = try parser.append(Array("2)\n".utf8))
        #expect(!closed.hasError && !closed.isInsideError)
        let junk = try parser.append(Array("x = = = 3".utf8))
        #expect(junk.hasError)
        let late = try parser.append(Array("\ny = 1\n".utf8))
        #expect(late.hasError)
        #expect(parser.freshParseCount == 1)
        #expect(try parser.finish() == grammar.parse(parser.bytes))
        #expect(parser.freshParseCount == 2)
    }

    @Test("A copy goes on by itself")
    func copies() throws {
        let grammar = try TestGrammars.grammar("python")
        var parser = try IncrementalParser(grammar: grammar)
        try parser.append(Array("if a:\n    b".utf8))
        var fork = parser
        try fork.append(Array("(1)\n".utf8))
        try parser.append(Array(" = 2\nelse:\n    c\n".utf8))
        #expect(fork.bytes == Array("if a:\n    b(1)\n".utf8))
        #expect(try fork.tree == grammar.parse(fork.bytes))
        #expect(try parser.tree == grammar.parse(parser.bytes))
        let again = fork
        #expect(again.tree == fork.tree)
    }

    @Test("Copies may be used on several threads at once")
    func threads() async throws {
        let grammar = try TestGrammars.grammar("python")
        var parser = try IncrementalParser(grammar: grammar)
        try parser.append(Array("def f():\n    return [".utf8))
        let trunk = parser
        let trees = try await withThrowingTaskGroup(of: (Int, SyntaxTree, SyntaxTree).self) {
            group in
            for number in 0..<8 {
                group.addTask {
                    var fork = trunk
                    for item in 0..<50 { try fork.append(Array("\(number + item), ".utf8)) }
                    try fork.append(Array("]\n".utf8))
                    return (number, fork.tree, try grammar.parse(fork.bytes))
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(trees.count == 8)
        for (number, grown, fresh) in trees { #expect(grown == fresh, "fork \(number)") }
    }

    @Test("The end of a text can be taken back")
    func takingBack() throws {
        let grammar = try TestGrammars.grammar("python")
        var parser = try IncrementalParser(grammar: grammar)
        try parser.append(Array("a = 1\nb = (\n".utf8))
        #expect(parser.hasError)
        let step = try parser.replaceEnd(after: 10, with: Array("2\n".utf8))
        #expect(!step.hasError)
        #expect(parser.bytes == Array("a = 1\nb = 2\n".utf8))
        #expect(try parser.tree == grammar.parse(parser.bytes))
        try parser.replaceEnd(after: 0, with: [])
        #expect(parser.bytes == [])
        #expect(try parser.tree == grammar.parse([]))
    }

    @Test("Changed ranges are those around what was added")
    func changedRanges() throws {
        let grammar = try TestGrammars.grammar("python")
        var parser = try IncrementalParser(grammar: grammar)
        #expect(parser.changedRanges == [])
        let text = String(repeating: "value = other(1)\n", count: 200)
        try parser.append(Array(text.utf8))
        try parser.append(Array("x = 1\n".utf8))
        let ranges = parser.changedRanges
        #expect(ranges.allSatisfy { $0.lowerBound >= text.utf8.count - 1 })
    }

    @Test("A line with errors is parsed anew at its end, a long text only now and then")
    func freshParses() throws {
        let grammar = try TestGrammars.grammar("python")
        var parser = try IncrementalParser(grammar: grammar)
        try parser.append(Array("x = = 1\n".utf8))
        #expect(parser.freshParseCount == 1)
        try parser.append(Array("y".utf8))
        #expect(parser.freshParseCount == 1)
        try parser.append(Array(" = 1\n".utf8))
        #expect(parser.freshParseCount == 2)
        try parser.append(Array(String(repeating: "z = 1\n", count: 20_000).utf8))
        #expect(parser.freshParseCount == 3)
        for _ in 0..<10 { try parser.append(Array("z = 1\n".utf8)) }
        #expect(parser.freshParseCount == 3)
    }
}
