@testable import ScopeCode
import ScopeTrace
import Testing

/// What the words of small programs are, worked out by hand for every language with a grammar.
@Suite struct LanguageClassTests {
    struct Sample: CustomStringConvertible, Sendable {
        let language: String
        let text: String
        /// Words in order with their types; words between them are passed over.
        let types: [(String, String)]
        /// Names of the units of the levels of blocks and of definitions.
        let blocks: [String]
        let definitions: [String]

        var description: String { language }
    }

    static let samples = [
        Sample(
            language: "python",
            text: """
                import os
                @d
                def f(a, b=1.5):
                    # hi é
                    for i in a: x = a.x[0] + MAX not in g('é\\n', None) and i is not b
                class C: pass
                """,
            types: [
                ("import", "keyword"), ("os", "variable"), ("@", "delim_punctuation"),
                ("def", "keyword"), ("f", "function"), ("(", "delim_bracket"), ("=", "op_assign"),
                ("1.5", "float"), (":", "delim_punctuation"), ("# hi é", "comment"),
                ("for", "keyword"), ("in", "keyword"), ("a", "variable"), ("x", "attribute"),
                ("0", "integer"), ("+", "op_arith"), ("MAX", "constant"), ("not", "op_member"),
                ("in", "op_member"), ("g", "function"), ("'", "delim_quote"), ("é", "string"),
                ("\\n", "escape"), ("'", "delim_quote"), ("None", "null"), ("and", "op_logic"),
                ("is", "op_identity"), ("not", "op_identity"), ("class", "keyword"), ("C", "type"),
            ],
            blocks: ["module", "function_definition f", "for_statement", "class_definition C"],
            definitions: ["module", "decorated_definition f", "class_definition C"]),
        Sample(
            language: "javascript",
            text: """
                // hi
                class A { m(a) { return this.x[0] + f(`t${a}`, 'é', /r/g, null); } }
                for (k in b) { if (a !== b) { c++; } else { d = () => true; } }
                """,
            types: [
                ("// hi", "comment"), ("class", "keyword"), ("A", "type"), ("m", "function"),
                ("this", "keyword"), ("x", "attribute"), ("0", "number"), ("f", "function"),
                ("`", "delim_quote"), ("t", "string"), ("${", "delim_bracket"), ("a", "variable"),
                ("'", "delim_quote"), ("é", "string"), ("/", "regex"), ("null", "null"),
                ("in", "keyword"), ("!==", "op_comp"), ("++", "op_arith"), ("=", "op_assign"),
                ("true", "boolean"),
            ],
            blocks: [
                "program", "class_declaration A", "method_definition m", "for_in_statement",
                "if_statement", "else_clause",
            ],
            definitions: [
                "program", "class_declaration A", "method_definition m", "arrow_function",
            ]),
        Sample(
            language: "typescript",
            text: "interface A { x: number }\nfunction f<T>(a: T): string { return a as any; }\n",
            types: [
                ("interface", "keyword"), ("A", "type"), ("x", "attribute"), ("number", "type"),
                ("function", "keyword"), ("f", "function"), ("<", "delim_bracket"), ("T", "type"),
                ("string", "type"), ("as", "keyword"), ("any", "type"),
            ],
            blocks: ["program", "interface_declaration A", "function_declaration f"],
            definitions: ["program", "interface_declaration A", "function_declaration f"]),
        Sample(
            language: "tsx", text: "const a = <b>é{c < 1}</b>;\n",
            types: [
                ("const", "keyword"), ("=", "op_assign"), ("<", "delim_bracket"), ("é", "text"),
                ("c", "variable"), ("<", "op_comp"), ("1", "number"), ("</", "delim_bracket"),
            ],
            blocks: ["program"], definitions: ["program"]),
        Sample(
            language: "java",
            text: """
                // hi
                class A<T> { int m(String a) { if (a == null) { return 1; } else { g(a.b, "é\\n", 'c'); } } }
                """,
            types: [
                ("// hi", "comment"), ("A", "type"), ("<", "delim_bracket"), ("int", "type"),
                ("m", "function"), ("String", "type"), ("a", "variable"), ("==", "op_comp"),
                ("null", "null"), ("1", "integer"), ("else", "keyword"), ("g", "function"),
                ("b", "attribute"), ("é", "string"), ("\\n", "escape"), ("'c'", "character"),
            ],
            blocks: [
                "program", "class_declaration A", "method_declaration m", "if_statement",
                "block if_statement.alternative",
            ],
            definitions: ["program", "class_declaration A", "method_declaration m"]),
        Sample(
            language: "c",
            text: """
                #include <a.h>
                int *f(char *a) { if (a->b != 0) { return 1; } else { g("é\\n", 'c'); } }
                """,
            types: [
                ("#include", "keyword"), ("<a.h>", "string"), ("int", "type"), ("f", "function"),
                ("char", "type"), ("a", "variable"), ("->", "op_other"), ("b", "attribute"),
                ("!=", "op_comp"), ("0", "number"), ("else", "keyword"), ("g", "function"),
                ("\"", "delim_quote"), ("é", "string"), ("\\n", "escape"), ("c", "character"),
            ],
            blocks: ["translation_unit", "function_definition f", "if_statement", "else_clause"],
            definitions: ["translation_unit", "function_definition f"]),
        Sample(
            language: "cpp",
            text: """
                template <class T> struct A { T f() { try { return v[0]; } catch (E e) { throw; } } };
                """,
            types: [
                ("template", "keyword"), ("<", "delim_bracket"), ("T", "type"), ("A", "type"),
                ("f", "function"), ("try", "keyword"), ("v", "variable"), ("0", "number"),
                ("E", "type"), ("e", "variable"), ("throw", "keyword"),
            ],
            blocks: [
                "translation_unit", "struct_specifier A", "function_definition f", "try_statement",
                "catch_clause",
            ],
            definitions: [
                "translation_unit", "template_declaration A", "function_definition f",
            ]),
        Sample(
            language: "go",
            text: """
                package a
                // hi
                func f(b int) error {
                    if b != nil { return g.h("é", 1) } else { x := []int{2} }
                }
                """,
            types: [
                ("package", "keyword"), ("a", "module"), ("// hi", "comment"), ("f", "function"),
                ("b", "variable"), ("int", "type"), ("error", "type"), ("!=", "op_comp"),
                ("nil", "null"), ("g", "variable"), ("h", "function"), ("é", "string"),
                ("1", "integer"), (":=", "op_assign"), ("2", "integer"),
            ],
            blocks: [
                "source_file", "function_declaration f", "if_statement",
                "block if_statement.alternative",
            ],
            definitions: ["source_file", "function_declaration f"]),
        Sample(
            language: "rust",
            text: """
                // hi
                impl A { fn f(&self, a: u8) -> u8 { if a == 1 { self.x } else { h("é", 'c', 1.5) } } }
                """,
            types: [
                ("//", "comment"), ("impl", "keyword"), ("A", "type"), ("fn", "keyword"),
                ("f", "function"), ("self", "keyword"), ("u8", "type"), ("==", "op_comp"),
                ("1", "integer"), ("x", "attribute"), ("h", "function"), ("é", "string"),
                ("'c'", "character"), ("1.5", "float"),
            ],
            blocks: [
                "source_file", "impl_item", "function_item f", "if_expression", "else_clause",
            ],
            definitions: ["source_file", "impl_item", "function_item f"]),
        Sample(
            language: "swift",
            text: """
                // hi
                struct A { func f(a: Int) -> String { if a == 1 { return g("é") } else { return b.c } } }
                """,
            types: [
                ("// hi", "comment"), ("struct", "keyword"), ("A", "type"), ("func", "keyword"),
                ("f", "function"), ("a", "variable"), ("Int", "type"), ("==", "op_comp"),
                ("1", "integer"), ("g", "function"), ("é", "string"), ("else", "keyword"),
                ("c", "attribute"),
            ],
            blocks: [
                "source_file", "class_declaration A", "function_declaration f", "if_statement",
                "statements if_statement",
            ],
            definitions: ["source_file", "class_declaration A", "function_declaration f"]),
    ]

    /// A token for each leaf and for what lies between.
    private func leaves(of source: SyntaxSource) -> TokenTrace {
        var cuts: Set<Int> = [source.text.count]
        for (index, node) in source.tree.nodes.enumerated() where node.end == index + 1 {
            cuts.formUnion([node.span.lowerBound, node.span.upperBound])
        }
        var trace = TokenTrace(header: .code)
        var start = 0
        for cut in cuts.sorted() where cut > start {
            trace.append(
                id: 1, bytes: Array(source.text[start..<cut]), sourceSpan: start..<cut,
                origin: .prompt)
            start = cut
        }
        return trace
    }

    @Test("Types of words, blocks and definitions", arguments: samples, [false, true])
    func types(sample: Sample, hasMarks: Bool) throws {
        let bytes = Array(sample.text.utf8)
        let grammar = try TestGrammars.grammar(sample.language)
        var source = try SyntaxSource(bytes, by: grammar)
        #expect(source.tree.isWellFormed)
        if !hasMarks { (source.marks, source.tags) = ([:], []) }
        let trace = leaves(of: source)
        let aggregator = CodeAggregator()
        let classes = aggregator.classes(of: trace, over: [source])
        let words = zip(trace.tokens, classes).map { ($0.text, $1?.type ?? "") }
        var place = 0
        for (word, type) in sample.types {
            // Queries tell parameters from other variables.
            let found = words[place...].firstIndex {
                $0.0 == word
                    && ($0.1 == type || hasMarks && type == "variable" && $0.1 == "parameter")
            }
            let next = try #require(
                found, "\(word) as \(type) after \(words[..<place].last as Any)")
            place = next + 1
        }
        let report = aggregator.report(of: trace, over: [source])
        func names(_ level: SyntaxLevel) -> [String]? {
            report[level]?.units.map { $0.name + ($0.label.map { " " + $0 } ?? "") }
        }
        #expect(names(.block) == sample.blocks)
        // A query names a function by the variable it is given to.
        let definitions = names(.definition)?.map {
            hasMarks && $0 == "arrow_function d" ? "arrow_function" : $0
        }
        #expect(definitions == sample.definitions)
        // Nothing of a well-formed program is unknown.
        #expect(report[.leafType]?.units.contains { $0.name == "unknown" } == false)
        #expect(!classes.contains { ["unknown", ""].contains($0?.type ?? "") })
    }

    @Test("Categories are known ones", arguments: samples)
    func categories(sample: Sample) throws {
        let bytes = Array(sample.text.utf8)
        let tree = try TestGrammars.grammar(sample.language).parse(bytes)
        let source = SyntaxSource(tree: tree, text: bytes)
        let report = CodeAggregator(levels: [.category]).report(
            of: leaves(of: source), over: [source])
        let known: Set = [
            "keyword", "operator", "delimiter", "identifier", "literal", "comment", "fill", "text",
        ]
        #expect(Set(report.folds[0].units.map(\.name)).isSubset(of: known))
    }

    @Test("Tables name kinds and fields that their grammar has", arguments: TestGrammars.languages)
    func words(language: String) throws {
        let grammar = try TestGrammars.grammar(language)
        let table = SyntaxTable.named(language)
        let fields: Set = ["unread", "callee", "member"]
        for (property, words) in table.words {
            let names = fields.contains(property) ? grammar.fieldNames : grammar.kindNames
            for word in words {
                let isThere = names.contains { name in
                    word.hasPrefix("*")
                        ? name.hasSuffix(word.dropFirst())
                        : word.hasSuffix("*")
                            ? name.hasPrefix(word.dropLast())
                            : word == name || word == "\"\(name)\""
                }
                #expect(isThere, "\(property) \(word)")
            }
        }
    }

    @Test("Tables name properties only")
    func tables() throws {
        for (language, text) in SyntaxTable.texts {
            _ = try SyntaxTable(language: language, text: text)
        }
        _ = try SyntaxTable(language: "", text: SyntaxTable.commonText)
        #expect(SyntaxTable.languages == TestGrammars.languages)
        #expect(throws: SyntaxFailure.self) { try SyntaxTable(language: "x", text: "kind a") }
        #expect(throws: SyntaxFailure.self) { try SyntaxTable(language: "x", text: "call \"a") }
        _ = try SyntaxTable(language: "x", text: "# words\n\ncall a *b\nconcept.A \"not in\"\n")
    }
}
