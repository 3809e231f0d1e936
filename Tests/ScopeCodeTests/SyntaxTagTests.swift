@testable import ScopeCode
import ScopeFiles
import ScopeTrace
import TestFixtures
import Testing

/// What the tag queries of grammars add to tables, and that they take nothing away.
@Suite struct SyntaxTagTests {
    private func source(_ text: String, _ language: String) throws -> SyntaxSource {
        try SyntaxSource(Array(text.utf8), by: TestGrammars.grammar(language))
    }

    private func names(_ source: SyntaxSource, _ level: SyntaxLevel) -> [String] {
        let trace = TokenTrace.cut(source.text, seed: 1)
        let units = CodeAggregator(levels: [level]).report(of: trace, over: [source]).folds[0].units
        return units.map { $0.name + ($0.label.map { " " + $0 } ?? "") }
    }

    /// Programs with the definitions of each, the root left out.
    private static let samples: [(language: String, text: String, definitions: [String])] = [
        (
            "javascript",
            "const f = () => 1;\nlet o = { g: function () {}, h() {} };\nx.k = a => a;\n",
            [
                "arrow_function f", "function_expression g", "method_definition h",
                "arrow_function k",
            ]
        ),
        (
            "typescript",
            "export const f = (a: A) => { return new B(a); };\nclass C { constructor() {} }\n",
            ["arrow_function f", "class_declaration C", "method_definition constructor"]
        ),
        ("tsx", "const V = () => <b>é</b>;\n", ["arrow_function V"]),
        (
            "c", "struct é { int a; };\nint g(int);\nint *f(void) { enum color c; return 0; }\n",
            ["struct_specifier é", "function_declarator g", "function_definition f"]
        ),
        (
            "cpp", "struct A { int m(); };\nint A::m() { return 1; }\n",
            ["struct_specifier A", "function_declarator m", "function_definition m"]
        ),
        (
            "swift", "class A { init() {}\n deinit {}\n func é() {} }\n",
            [
                "class_declaration A", "init_declaration init", "deinit_declaration deinit",
                "function_declaration é",
            ]
        ),
        (
            "python", "LIMIT = 1\n@d\nclass A:\n    def f(self): return g(self)\n",
            ["decorated_definition A", "function_definition f"]
        ),
        (
            "go", "package p\ntype T struct{}\nfunc (t T) m() { f() }\nvar v = func() {}\n",
            ["type_declaration T", "method_declaration m", "func_literal"]
        ),
        (
            "rust",
            "mod m { trait T { fn f(); }\nimpl T for S { fn f() {} } }\nmacro_rules! z { () => {} }\n",
            [
                "mod_item m", "trait_item T", "function_signature_item f", "impl_item",
                "function_item f", "macro_definition z",
            ]
        ),
        (
            "java", "enum E { A; }\nclass C { C() {} void m() { n(); } }\n",
            [
                "enum_declaration E", "class_declaration C", "constructor_declaration C",
                "method_declaration m",
            ]
        ),
    ]

    @Test("Definitions by query and table", arguments: samples)
    func definitions(sample: (language: String, text: String, definitions: [String])) throws {
        let source = try source(sample.text, sample.language)
        #expect(!source.tags.isEmpty)
        #expect(Array(names(source, .definition).dropFirst()) == sample.definitions)
    }

    @Test("A language without a table has the definitions of its query")
    func noTable() throws {
        let text = "class A { m() {} }\nconst f = () => 1;\nf(g());\n"
        let queried = try TestGrammars.grammar("javascript").parseWithQueries(Array(text.utf8))
        let bare = try SyntaxTable(language: "mine", text: "statement *_statement")
        let source = SyntaxSource(
            tree: queried.tree, text: Array(text.utf8), table: bare, marks: queried.marks,
            tags: queried.tags)
        #expect(
            names(source, .definition).dropFirst()
                == ["class_declaration A", "method_definition m", "variable_declarator f"])
        let trace = TokenTrace.cut(source.text, seed: 3)
        let spots = CodeAggregator().hotSpots(
            [.call, .definition], count: 9, minimumTokens: 0, in: trace, over: [source])
        #expect(spots.filter { $0.kind == .definition }.count == 3)
        // The query tags the whole of a plain call.
        #expect(Set(spots.filter { $0.kind == .call }.map(\.text)) == ["f(g())", "g()"])
        // Without a query there is nothing.
        let untagged = SyntaxSource(tree: queried.tree, text: source.text, table: bare)
        #expect(names(untagged, .definition).count == 1)
    }

    @Test("Tags give names their types")
    func types() throws {
        let source = try source("const f = () => new B();\nf(x);\n", "javascript")
        let classes = CodeAggregator().classes(
            of: .of(
                ["const ", "f", " = () => new ", "B", "();\n", "f", "(x);\n"].map { ($0, nil) }),
            over: [source])
        #expect(classes[1]?.type == "function")
        #expect(classes[3]?.type == "type")
        #expect(classes[5]?.type == "function")
    }

    @Test("A query with a fault costs its names, not the tree")
    func faults() throws {
        let folder = try TemporaryFolder()
        for name in ["queries", "queries/python"] { try folder.makeFolder(name) }
        let file = try #require(try TestGrammars.grammar("python").file)
        let library = try FileContents.open(file)
        try folder.write(library.copy(0..<library.byteCount), to: "python.so")
        func grammar() throws -> Grammar {
            try GrammarLibrary(places: [folder.path]).grammar(for: "python")
        }
        let (highlights, tags) = ("queries/python/highlights.scm", "queries/python/tags.scm")
        try folder.write("(identifer) @x", to: highlights)
        try folder.write("(function_definition name: (_) @name) @definition.function", to: tags)
        let queried = try grammar().parseWithQueries(Array("def f(): pass\n".utf8))
        #expect(queried.marks.isEmpty && queried.tags.map(\.kind) == ["function"])
        guard case .malformedQuery(_, 1, _)? = queried.problem else {
            Issue.record("no fault: \(String(describing: queried.problem))")
            return
        }
        try folder.write("(function_definition name: (_) @name", to: tags)
        let bare = try grammar().parseWithQueries(Array("def f(): pass\n".utf8))
        #expect(bare.tags.isEmpty && bare.tree.nodes.count > 5)
    }

    /// What the table finds is found with the query, too: over real files in the long form.
    @Test("Queries take nothing away from tables")
    func nothingIsLost() throws {
        var counts: [String: [Int]] = [:]
        let files = SourceFiles.named.map { SourceFiles.find(in: $0, atMost: SourceFiles.count) }
        var texts = try SourceFiles.small().map { ($0.name, $0.language, $0.bytes) }
        for file in files ?? [] {
            let bytes = try file.bytes()
            if bytes.count <= 1 << 16 { texts.append((file.path, file.language, bytes)) }
        }
        for (name, language, bytes) in texts {
            guard let source = try? SyntaxSource(bytes, by: TestGrammars.grammar(language)) else {
                continue
            }
            let table = KindTraits(source.table, tree: source.tree)
            let both = KindTraits(source)
            let (tree, tags) = (source.tree, both.tags)
            var tally = [1, 0, 0, 0, 0]
            for (index, node) in tree.nodes.enumerated() {
                let own = table.roles(of: node)
                #expect(own.isSubset(of: both.roles(at: index, in: tree)), "\(name)")
                let isDefinition = !own.isDisjoint(with: .anyDefinition)
                if isDefinition { tally[1] += 1 }
                if isDefinition, tags.names[index] != nil { tally[3] += 1 }
                if let more = tags.roles[index] {
                    if !more.isDisjoint(with: .anyDefinition) { tally[2] += 1 }
                    if more.contains(.call) { tally[4] += 1 }
                    #expect(isDefinition == false || more == .call, "\(name)")
                }
                // A name of the table's stays where the query has none.
                var bare = source
                if isDefinition, tally[1] == 1 {
                    bare.tags = []
                    let label = NodeChoice.label(of: index, in: bare, KindTraits(bare))
                    #expect(
                        label == nil || NodeChoice.label(of: index, in: source, both) == label,
                        "\(name)")
                }
            }
            counts[language] = zip(counts[language] ?? [0, 0, 0, 0, 0], tally).map { $0 + $1 }
        }
        for (language, tally) in counts.sorted(by: { $0.key < $1.key }) where files != nil {
            print(
                "tags|\(language): \(tally[0]) files, \(tally[1]) definitions by the table, "
                    + "\(tally[3]) of them named by the query alone, \(tally[2]) more by the query, "
                    + "\(tally[4]) more calls")
        }
        #expect(counts.values.count { $0[1] > 0 } >= TestGrammars.languages.count - 1)
    }
}
