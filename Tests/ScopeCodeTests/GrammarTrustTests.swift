import ScopeCode
import ScopeFiles
import TestFixtures
import Testing

/// Only files that nobody else can have written are loaded, and nothing breaks on others.
@Suite struct GrammarTrustTests {
    /// A folder with the grammar of Python in it.
    private func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write(try bytes(), to: "libtree-sitter-python.so")
        return folder
    }

    private func bytes() throws -> [UInt8] {
        let file = try #require(try TestGrammars.grammar("python").file)
        let contents = try FileContents.open(file)
        return contents.copy(0..<contents.byteCount)
    }

    private func failure(loading language: String = "python", at place: String) -> SyntaxFailure? {
        do throws(SyntaxFailure) {
            _ = try GrammarLibrary(places: [place]).grammar(for: language)
            return nil
        } catch {
            return error
        }
    }

    private func isUntrusted(_ failure: SyntaxFailure?) -> Bool {
        if case .untrustedGrammar = failure { true } else { false }
    }

    private func isUnloadable(_ failure: SyntaxFailure?) -> Bool {
        if case .unloadableGrammar(_, let reason) = failure { !reason.isEmpty } else { false }
    }

    @Test("A grammar in a folder of one's own is loaded, by the folder and by the file")
    func own() throws {
        let folder = try folder()
        let library = GrammarLibrary(places: [folder.path])
        let grammar = try library.grammar(for: "python")
        #expect(grammar.language == "python")
        #expect(Grammar.supportedVersions.contains(grammar.version))
        #expect(grammar.file == folder.path(of: "libtree-sitter-python.so"))
        #expect(grammar.kindNames.contains("if_statement"))
        #expect(grammar.fieldNames.contains("body"))
        #expect(failure(at: folder.path(of: "libtree-sitter-python.so")) == nil)
        #expect(failure(loading: "Py", at: folder.path) == nil)
    }

    @Test("A file that others may write is refused", arguments: [0o602, 0o620, 0o777])
    func writableFile(mode: Int) throws {
        let folder = try folder()
        try folder.setMode(mode, of: "libtree-sitter-python.so")
        #expect(isUntrusted(failure(at: folder.path)))
    }

    @Test("A folder that others may write is refused, the sticky bit or not")
    func writableFolder() throws {
        let folder = try TemporaryFolder()
        for (name, mode) in [("world", 0o777), ("group", 0o770), ("sticky", 0o1777)] {
            try folder.makeFolder(name)
            try folder.write(try bytes(), to: "\(name)/libtree-sitter-python.so")
            try folder.setMode(mode, of: name)
            #expect(isUntrusted(failure(at: folder.path(of: name))), "\(name)")
        }
    }

    @Test("A folder further up may be one that others write, where they cannot rename")
    func folderAbove() throws {
        let folder = try TemporaryFolder()
        try folder.makeFolder("above")
        try folder.makeFolder("above/own")
        try folder.write(try bytes(), to: "above/own/libtree-sitter-python.so")
        try folder.setMode(0o1777, of: "above")
        #expect(failure(at: folder.path(of: "above/own")) == nil)
        try folder.setMode(0o777, of: "above")
        #expect(isUntrusted(failure(at: folder.path(of: "above/own"))))
    }

    @Test("A link is checked where it stands and where it leads")
    func links() throws {
        let folder = try folder()
        let file = folder.path(of: "libtree-sitter-python.so")
        try folder.makeFolder("open")
        try folder.makeFolder("closed")
        for place in ["open", "closed"] {
            try folder.makeLink("\(place)/libtree-sitter-python.so", to: file)
        }
        try folder.setMode(0o777, of: "open")
        #expect(failure(at: folder.path(of: "closed")) == nil)
        #expect(isUntrusted(failure(at: folder.path(of: "open"))))
        // A folder that is a link.
        try folder.makeLink("alias", to: "open")
        #expect(isUntrusted(failure(at: folder.path(of: "alias"))))
        try folder.setMode(0o666, of: "libtree-sitter-python.so")
        #expect(isUntrusted(failure(at: folder.path(of: "closed"))))
    }

    @Test("A link to nothing or to itself is no grammar")
    func brokenLinks() throws {
        let folder = try TemporaryFolder()
        try folder.makeLink("libtree-sitter-python.so", to: "nowhere")
        try folder.makeLink("python.so", to: "python.so")
        #expect(
            failure(at: folder.path)
                == .grammarNotFound(language: "python", places: [folder.path]))
        do throws(SyntaxFailure) {
            _ = try GrammarLibrary.grammar(for: "python", in: folder.path(of: "python.so"))
            Issue.record("a link to itself was loaded")
        } catch {
            #expect(isUnloadable(error))
        }
    }

    @Test("A path that is not absolute or goes up is refused")
    func relativePath() throws {
        let folder = try folder()
        try folder.makeFolder("below")
        #expect(isUntrusted(failure(at: folder.path(of: "below/.."))))
        for path in ["python.so", "./python.so", "~/python.so"] {
            do throws(SyntaxFailure) {
                _ = try GrammarLibrary.grammar(for: "python", in: path)
                Issue.record("\(path) was loaded")
            } catch {
                #expect(isUntrusted(error))
            }
        }
    }

    @Test("What is no library is an error that names the file")
    func noLibrary() throws {
        let folder = try TemporaryFolder()
        let name = "libtree-sitter-python.so"
        let good = try bytes()
        let contents: [(String, [UInt8])] = [
            ("empty", []), ("text", Array("tree_sitter_python".utf8)),
            ("magic", [0x7F, 0x45, 0x4C, 0x46]), ("header", Array(good[..<64])),
            ("half", Array(good[..<(good.count / 2)])), ("table", Array(good[..<128])),
            ("zeros", [UInt8](repeating: 0, count: 4096)),
        ]
        for (title, bytes) in contents {
            try folder.write(bytes, to: name)
            #expect(isUnloadable(failure(at: folder.path)), "\(title)")
            // What the system keeps of a file that it has tried must not hide the next.
            try folder.rename(name, to: title)
        }
        try folder.makePipe(name)
        #expect(isUnloadable(failure(at: folder.path)), "pipe")
    }

    @Test("A library without the language's function is an error that names it")
    func wrongSymbol() throws {
        let folder = try TemporaryFolder()
        try folder.write(try bytes(), to: "libtree-sitter-cobol.so")
        let path = folder.path(of: "libtree-sitter-cobol.so")
        #expect(
            failure(loading: "cobol", at: folder.path)
                == .missingSymbol(file: path, symbol: "tree_sitter_cobol"))
    }

    @Test(
        "A name that is none is refused before any file is looked at",
        arguments: ["", "../python", "a/b", "a b", "py\u{0}thon", "é", ".", "a.b"])
    func names(name: String) {
        #expect(failure(loading: name, at: "/") == .malformedLanguageName(name))
    }

    @Test("A broken grammar does not hide a good one further on")
    func goesOn() throws {
        let broken = try TemporaryFolder()
        try broken.write("no library", to: "libtree-sitter-python.so")
        let good = try folder()
        let library = GrammarLibrary(places: [broken.path, good.path])
        let grammar = try library.grammar(for: "python")
        #expect(grammar.file == good.path(of: "libtree-sitter-python.so"))
        let listing = library.listing()
        #expect(listing.map(\.language) == ["python", "python"])
        #expect(isUnloadable(listing[0].problem))
        #expect(listing[1].problem == nil)
        #expect(listing[1].version == grammar.version)
    }

    @Test("A bundle has the languages that it has")
    func bundle() throws {
        let folder = try TemporaryFolder()
        try folder.write(try bytes(), to: "languages.so")
        let library = GrammarLibrary(places: [folder.path])
        #expect(try library.grammar(for: "python").language == "python")
        #expect(
            failure(loading: "cobol", at: folder.path)
                == .grammarNotFound(language: "cobol", places: [folder.path]))
        #expect(library.listing().map(\.language) == ["python"])
    }

    @Test("Queries are found beside a grammar, and above its folder as editors have them")
    func queries() throws {
        let folder = try TemporaryFolder()
        for name in ["parser", "queries", "queries/python", "queries/base"] {
            try folder.makeFolder(name)
        }
        try folder.write(try bytes(), to: "parser/python.so")
        try folder.write(
            "; inherits: base\n(integer) @number\n", to: "queries/python/highlights.scm")
        try folder.write("(string) @string\n", to: "queries/base/highlights.scm")
        let grammar = try GrammarLibrary(places: [folder.path(of: "parser")])
            .grammar(for: "python")
        #expect(
            grammar.queryFiles == ["highlights": [folder.path(of: "queries/python/highlights.scm")]]
        )
        #expect(try grammar.query("highlights")?.captureNames == ["string", "number"])
        #expect(try grammar.query("tags") == nil)
        try folder.write(
            "; inherits: python\n(string) @string\n", to: "queries/base/highlights.scm")
        #expect(throws: SyntaxFailure.self) { try grammar.query("highlights") }
        try folder.write([0x28, 0xFF], to: "queries/python/highlights.scm")
        #expect(throws: SyntaxFailure.self) { try grammar.query("highlights") }
    }

    @Test("The search path follows the environment")
    func places() {
        let library = GrammarLibrary(environment: [
            "TOKENSCOPE_GRAMMAR_PATH": "/a:/b", "HOME": "/home/me", "XDG_DATA_HOME": "relative",
        ])
        #expect(
            library.places.prefix(3) == ["/a", "/b", "/home/me/.local/share/tokenscope/grammars"])
        #expect(library.places.contains("/home/me/.local/share/nvim/site/parser"))
        #expect(library.places.contains("/home/me/.config/helix/runtime/grammars"))
        #expect(library.places.contains("/home/me/.emacs.d/tree-sitter"))
        let own = GrammarLibrary(environment: ["XDG_DATA_HOME": "/data", "HOME": ""])
        #expect(own.places.first == "/data/tokenscope/grammars")
        #expect(GrammarLibrary(environment: [:]).places.allSatisfy { $0.hasPrefix("/usr/") })
    }
}
