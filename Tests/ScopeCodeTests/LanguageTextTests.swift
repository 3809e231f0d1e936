import ScopeCode
import ScopeTrace
import Testing

/// A text in a language that has all that goes wrong with offsets.
struct LanguageText: Sendable, CustomTestStringConvertible {
    let language: String
    let text: String
    /// Whether identifiers of the language may have letters beyond ASCII, so that it parses.
    var isWellFormed = true

    var testDescription: String { language }
    var bytes: [UInt8] { Array(text.utf8) }

    static let all = [
        LanguageText(
            language: "c",
            text: "int größe = 1; /* 数 🐍 */\r\nconst char *s = \"naïve 🎉\";\tint x = größe;\n"),
        LanguageText(
            language: "cpp",
            text: "auto größe = u8\"🎉 é\"; // 数\r\nint f() {\treturn größe; }\n"),
        LanguageText(
            language: "go",
            text:
                "package main\r\n\nvar größe, 数 = 1, \"🎉 é\" // ñ\nfunc f() int {\treturn größe }\n"
        ),
        LanguageText(
            language: "java",
            text: "class Größe {\r\n\tString 数 = \"🎉 é\"; // ñ\n\tint f() { return größe; }\n}\n"),
        LanguageText(
            language: "javascript",
            text: "const größe = `🎉 ${数 + 'é'}`; // ñ\r\nfunction f() {\treturn größe; }\n"),
        LanguageText(
            language: "python",
            text: "größe = '🎉 é' # 数\r\ndef f(ñ):\r\n\treturn f\"{größe} 🐍\"\n"),
        LanguageText(
            language: "rust",
            text: "fn größe() -> &'static str { \"🎉 é\" } // 数\r\nfn f() {\tlet ñ = größe(); }\n"),
        LanguageText(
            language: "swift",
            text: "let größe = \"🎉 é\" // 数\r\nfunc f() -> String {\treturn größe }\n"),
        LanguageText(
            language: "tsx",
            text: "const größe: string = `🎉 é`; // 数\r\nconst e = <b title=\"ñ\">{größe} 🐍</b>;\n"),
        LanguageText(
            language: "typescript",
            text: "const größe: string = `🎉 é`; // 数\r\nfunction f(ñ: number) {\treturn größe; }\n"),
    ]
}

/// Bytes are bytes in every language: characters beyond ASCII, halves of them, CR LF, NUL, tabs.
@Suite struct LanguageTextTests {
    @Test("Every language that is built is tested")
    func isComplete() {
        #expect(LanguageText.all.map(\.language) == TestGrammars.languages)
    }

    @Test("Nodes have the bytes of their words", arguments: LanguageText.all)
    func spans(sample: LanguageText) throws {
        let bytes = sample.bytes
        let tree = try TestGrammars.grammar(sample.language).parse(bytes)
        #expect(tree.nodes[0].traits.contains(.hasError) != sample.isWellFormed)
        let words = tree.nodes.indices.filter { tree.kindName(of: $0).hasSuffix("identifier") }
            .map { String(decoding: bytes[tree.nodes[$0].span], as: UTF8.self) }
        #expect(words.contains { $0.lowercased() == "größe" }, "\(words)")
        // Every node lies within its parent, and none begins or ends within a character.
        for node in tree.nodes {
            if let parent = node.parent {
                let outer = tree.nodes[parent].span
                #expect(outer.lowerBound <= node.span.lowerBound)
                #expect(outer.upperBound >= node.span.upperBound)
            }
            for offset in [node.span.lowerBound, node.span.upperBound] where offset < bytes.count {
                #expect(bytes[offset] & 0xC0 != 0x80)
            }
        }
    }

    @Test(
        "A text that grows by any pieces, cut within characters, has the tree of a fresh parse",
        arguments: LanguageText.all, [1, 2, 3, 5, 7])
    func pieces(sample: LanguageText, length: Int) throws {
        let grammar = try TestGrammars.grammar(sample.language)
        let bytes = sample.bytes
        var parser = try IncrementalParser(grammar: grammar)
        var offset = 0
        while offset < bytes.count {
            let end = min(offset + length, bytes.count)
            let step = try parser.append(bytes[offset..<end])
            let fresh = try grammar.parse(Array(bytes[..<end]))
            if !parser.hasError { #expect(parser.tree == fresh, "at \(end)") }
            try check(step, against: parser.tree, byteCount: end)
            offset = end
        }
        #expect(try parser.finish() == grammar.parse(bytes))
        #expect(parser.hasError != sample.isWellFormed)
    }

    /// A step's nodes are nodes of the tree, and those that it must name.
    private func check(_ step: SyntaxStep, against tree: SyntaxTree, byteCount: Int) throws {
        let nodes = tree.nodes.map {
            SyntaxStep.Node(kind: $0.kind, span: $0.span, traits: $0.traits)
        }
        let began = nodes.filter { step.bytes.contains($0.span.lowerBound) && !$0.span.isEmpty }
        #expect(step.began == began)
        let path = nodes.filter { $0.span.contains(byteCount - 1) }
        #expect(step.path == (path.isEmpty ? [nodes[0]] : path))
        #expect(step.hasError == nodes[0].traits.contains(.hasError))
    }

    @Test("Half a character is an error until the rest comes", arguments: LanguageText.all)
    func halfCharacter(sample: LanguageText) throws {
        let grammar = try TestGrammars.grammar(sample.language)
        let half = sample.bytes + [0xF0, 0x9F]
        let tree = try grammar.parse(half)
        #expect(tree.nodes[0].traits.contains(.hasError))
        #expect(tree.nodes.allSatisfy { $0.span.upperBound <= half.count })
        var parser = try IncrementalParser(grammar: grammar)
        try parser.append(half)
        #expect(parser.hasError)
        try parser.replaceEnd(after: sample.bytes.count, with: [])
        #expect(try parser.finish() == grammar.parse(sample.bytes))
    }

    @Test("NUL, stray bytes and blanks of all sorts have a tree", arguments: LanguageText.all)
    func hostileBytes(sample: LanguageText) throws {
        let grammar = try TestGrammars.grammar(sample.language)
        let middle = sample.bytes.count / 2
        let additions: [[UInt8]] = [
            [0], [0, 0, 0], [0xFF, 0xFE], [0x80], [0xC3], [0xED, 0xA0, 0x80], [0x0D], [0x0B, 0x0C],
            [0xEF, 0xBB, 0xBF], [0xC2, 0xA0], [UInt8](repeating: 0x28, count: 2000),
            [UInt8](repeating: 0x22, count: 999),
        ]
        for addition in additions {
            for place in [0, middle] {
                var bytes = sample.bytes
                bytes.insert(contentsOf: addition, at: place)
                let tree = try grammar.parse(bytes)
                #expect(tree.nodes.allSatisfy { $0.span.upperBound <= bytes.count })
                var parser = try IncrementalParser(grammar: grammar)
                for byte in bytes[..<min(place + 8, bytes.count)] { try parser.append([byte]) }
                try parser.append(bytes[parser.bytes.count...])
                #expect(try parser.finish() == tree)
            }
        }
    }
}
