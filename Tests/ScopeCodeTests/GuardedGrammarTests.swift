import CTestGrammar
import ScopeCode
import ScopeTrace
import Testing

/// Scanners may ask for the column where a text has ended, on which the runtime goes wrong by itself.
@Suite struct GuardedGrammarTests {
    private func grammar() throws -> Grammar {
        try unsafe Grammar(language: "columns", pointer: OpaquePointer(test_column_grammar()))
    }

    static let texts = ["a", "ab cd", "one\ntwo", "line\n", "\n\n", "é\ttwo ⟨words⟩", "a\n日本語"]

    @Test("At the end of a text a scanner is told the column", arguments: texts)
    func wholeTexts(text: String) throws {
        let tree = try grammar().parse(Array(text.utf8))
        #expect(tree.isWellFormed)
        #expect(tree.nodes.first?.span == 0..<text.utf8.count)
    }

    @Test("A text that grows and shrinks has the columns of its own end", arguments: texts)
    func growingTexts(text: String) throws {
        var parser = try IncrementalParser(grammar: grammar())
        for character in text {
            try parser.append(Array(String(character).utf8))
            #expect(!parser.hasError)
        }
        try parser.replaceEnd(after: 1, with: Array("xyz".utf8))
        #expect(!parser.hasError)
    }

    @Test("Threads parse texts of their own at once")
    func threads() async throws {
        let grammar = try self.grammar()
        await withTaskGroup { group in
            for length in 1...64 {
                group.addTask {
                    let text = Array(String(repeating: "word ", count: length).utf8)
                    for _ in 0..<20 {
                        let tree = try? grammar.parse(text)
                        #expect(tree?.isWellFormed == true)
                    }
                }
            }
        }
    }
}
