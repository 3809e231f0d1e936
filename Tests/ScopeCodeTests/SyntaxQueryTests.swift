import ScopeCode
import ScopeTrace
import Testing

/// Queries that come with grammars, and those of a program's own.
@Suite struct SyntaxQueryTests {
    /// A line in each language that has a function in it.
    private static let samples: [(language: String, text: String, names: Set<String>)] = [
        ("c", "int f(int a) { return 1; } // x\n", ["function", "comment", "number"]),
        ("cpp", "auto f() -> int { return 1; } // x\n", ["comment", "number", "type"]),
        ("go", "package a\nfunc f() int { return 1 }\n", ["function", "keyword", "number"]),
        ("java", "class A { int f() { return 1; } }\n", ["function.method", "keyword"]),
        ("javascript", "function f() { return 1; }\n", ["function", "keyword", "number"]),
        ("python", "def f():\n    return 1\n", ["function", "keyword", "number"]),
        ("rust", "fn f() -> i32 { 1 }\n", ["function", "keyword", "type.builtin"]),
        ("swift", "func f() -> Int { return 1 }\n", ["type", "number"]),
        ("tsx", "function f(): string { return 1; }\n", ["function", "type.builtin"]),
        ("typescript", "function f(): string { return 1; }\n", ["function", "type.builtin"]),
    ]

    @Test("Every grammar's queries can be read", arguments: TestGrammars.languages)
    func queries(language: String) throws {
        let grammar = try TestGrammars.grammar(language)
        #expect(grammar.queryFiles.keys.contains("highlights"))
        #expect(grammar.queryFiles.keys.contains("tags"))
        for name in grammar.queryFiles.keys.sorted() {
            let query = try grammar.query(name)
            #expect(query?.captureNames.isEmpty == false, "\(name)")
        }
    }

    @Test("Highlights name the nodes of every language", arguments: samples)
    func highlights(sample: (language: String, text: String, names: Set<String>)) throws {
        let grammar = try TestGrammars.grammar(sample.language)
        let (tree, marks) = try grammar.parseWithHighlights(Array(sample.text.utf8))
        #expect(sample.names.isSubset(of: Set(marks.values)), "\(marks)")
        #expect(marks.keys.allSatisfy(tree.nodes.indices.contains))
    }

    @Test("The last pattern that fits a node names it")
    func precedence() throws {
        let grammar = try TestGrammars.grammar("python")
        let text = "LIMIT = Thing(len(name))\n"
        let (tree, marks) = try grammar.parseWithHighlights(Array(text.utf8))
        var names: [String: String] = [:]
        for (index, mark) in marks where tree.kindName(of: index) == "identifier" {
            names[String(decoding: Array(text.utf8)[tree.nodes[index].span], as: UTF8.self)] = mark
        }
        #expect(
            names == [
                "LIMIT": "constant", "Thing": "function", "len": "function.builtin",
                "name": "variable",
            ])
    }

    private func captured(_ query: String, in text: String) throws -> [String] {
        let grammar = try TestGrammars.grammar("python")
        let bytes = Array(text.utf8)
        let query = try SyntaxQuery(query, name: "test", grammar: grammar)
        let (tree, captures) = try grammar.parse(bytes, queries: [query])
        return captures[0].map { capture in
            capture.name + ":"
                + String(decoding: bytes[tree.nodes[capture.node].span], as: UTF8.self)
        }
    }

    @Test("Predicates choose among matches")
    func predicates() throws {
        let text = "a = b\nbb = bb\nc = 'é'\n"
        #expect(
            try captured("((identifier) @n (#eq? @n \"bb\"))", in: text) == ["n:bb", "n:bb"])
        #expect(
            try captured("((identifier) @n (#not-eq? @n \"bb\"))", in: text)
                == ["n:a", "n:b", "n:c"])
        #expect(
            try captured("((identifier) @n (#any-of? @n \"a\" \"c\"))", in: text) == ["n:a", "n:c"])
        #expect(
            try captured("((identifier) @n (#not-any-of? @n \"a\" \"bb\"))", in: text)
                == ["n:b", "n:c"])
        #expect(
            try captured("((identifier) @n (#match? @n \"^b+$\"))", in: text)
                == ["n:b", "n:bb", "n:bb"])
        #expect(
            try captured("((identifier) @n (#not-match? @n \"b\"))", in: text) == ["n:a", "n:c"])
        let assignment = "(assignment left: (identifier) @l right: (identifier) @r"
        #expect(
            try captured("(\(assignment)) (#eq? @l @r))", in: text) == ["l:bb", "r:bb"])
        #expect(
            try captured("(\(assignment)) (#not-eq? @l @r))", in: text) == ["l:a", "r:b"])
    }

    @Test("A predicate that is not understood is fulfilled by nothing, a setting by everything")
    func otherPredicates() throws {
        let text = "a = b\n"
        #expect(try captured("((identifier) @n (#lua-match? @n \"a\"))", in: text) == [])
        #expect(try captured("((identifier) @n (#match? @n \"(\"))", in: text) == [])
        #expect(
            try captured("((identifier) @n (#set! priority 1))", in: text) == ["n:a", "n:b"])
        #expect(
            try captured("((identifier) @n (#is-not? local))", in: text) == ["n:a", "n:b"])
    }

    @Test(
        "A query with a fault is refused with its place",
        arguments: [
            ("(identifier", 0...11), ("(identifer) @a", 1...1), ("(call nme: (identifier))", 6...6),
            ("((identifier) @a (#eq? @b \"x\"))", 23...24), ("(module (module))", 8...8),
        ])
    func faults(text: String, places: ClosedRange<Int>) throws {
        let grammar = try TestGrammars.grammar("python")
        #expect {
            _ = try SyntaxQuery(text, name: "test", grammar: grammar)
        } throws: { error in
            guard case .malformedQuery("test", let offset, let reason) = error as? SyntaxFailure
            else { return false }
            return places.contains(offset) && !reason.isEmpty
        }
    }
}
