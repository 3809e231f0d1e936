/// Where the grammars of this machine lie, and the way to load them.
///
/// A grammar of LANGUAGE is a library `libtree-sitter-LANGUAGE.so` or `LANGUAGE.so` (`.dylib` on macOS)
/// with the function `tree_sitter_LANGUAGE`. A library may hold several; it is named itself, or called
/// `languages.so`. Nothing is ever downloaded.
///
/// A grammar is code that runs in the process. So only a file that belongs to the user or to root and that
/// nobody else can write or replace is loaded, and only by an absolute path; the article *Grammars*
/// has the rules.
///
/// ```swift
/// let python = try GrammarLibrary.standard.grammar(for: "python")
/// let tree = try python.parse(Array("print(1)".utf8))
/// ```
public struct GrammarLibrary: Equatable, Sendable {
    /// Folders with grammars, and libraries, in the order in which they are asked.
    public var places: [String]

    /// Creates a library.
    ///
    /// - Parameter places: Absolute paths of folders with grammars, or of libraries; need not be
    ///   there.
    public init(places: [String]) { self.places = places }

    /// Creates the library that a process with these variables has.
    ///
    /// First the places that `TOKENSCOPE_GRAMMAR_PATH` names, parted by colons; then
    /// `tokenscope/grammars` in the user's data folder (`XDG_DATA_HOME`, else `~/.local/share`); then
    /// the system's libraries; then the grammars of Neovim, Helix and Emacs. Variables that are empty
    /// count as absent.
    ///
    /// - Parameter environment: The variables by name, `HOME` among them.
    public init(environment: [String: String]) {
        func value(_ name: String) -> String? {
            environment[name].flatMap { $0.isEmpty ? nil : $0 }
        }
        let named = value("TOKENSCOPE_GRAMMAR_PATH")?.split(separator: ":").map(String.init) ?? []
        let home = value("HOME")
        // The specification of these folders tells programs to ignore a relative path.
        func userFolder(_ name: String, _ standard: String) -> String? {
            if let path = value(name), path.hasPrefix("/") { return path }
            return home.map { $0 + "/" + standard }
        }
        let data = userFolder("XDG_DATA_HOME", ".local/share")
        let configuration = userFolder("XDG_CONFIG_HOME", ".config")
        var editors: [String] = []
        if let data {
            editors += [
                data + "/nvim/site/parser", data + "/nvim/lazy/nvim-treesitter/parser",
            ]
        }
        if let configuration {
            editors += [
                configuration + "/helix/runtime/grammars", configuration + "/emacs/tree-sitter",
            ]
        }
        if let home { editors.append(home + "/.emacs.d/tree-sitter") }
        for folder in Self.systemFolders {
            for name in ["/nvim/parser", "/helix/runtime/grammars", "/tree_sitter"] {
                editors.append(folder + name)
            }
        }
        let own = data.map { [$0 + "/tokenscope/grammars"] } ?? []
        places = named + own + Self.systemFolders + editors
    }

    /// The library of this process.
    public static var standard: GrammarLibrary {
        let names = ["TOKENSCOPE_GRAMMAR_PATH", "HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"]
        var environment: [String: String] = [:]
        for name in names { environment[name] = FileSystem.variable(name) }
        return GrammarLibrary(environment: environment)
    }

    /// Loads the grammar of a language from the first place that has one that can be used.
    ///
    /// - Parameter language: A language's name, or one that ``CodeLanguage`` knows it by, such as `py`.
    /// - Returns: The grammar. Loading it again gives the same one, so it need not be kept.
    /// - Throws: ``SyntaxFailure``: why the first one that was found could not be used, or that there is
    ///   none.
    public func grammar(for language: String) throws(SyntaxFailure) -> Grammar {
        let name = try Self.grammarName(of: language)
        var refusal: SyntaxFailure?
        for place in places {
            for candidate in candidates(at: place, language: name) {
                do throws(SyntaxFailure) {
                    if let grammar = try load(name, from: candidate) { return grammar }
                    // A bundle need not have every language.
                    if candidate.isBundle { continue }
                    refusal =
                        refusal
                        ?? .missingSymbol(file: candidate.path, symbol: "tree_sitter_" + name)
                } catch {
                    refusal = refusal ?? error
                }
            }
        }
        throw refusal ?? .grammarNotFound(language: name, places: places)
    }

    /// Loads a language's grammar from a library.
    ///
    /// - Parameters:
    ///   - language: A language's name.
    ///   - file: The library's absolute path.
    /// - Returns: The grammar.
    /// - Throws: ``SyntaxFailure``.
    public static func grammar(
        for language: String, in file: String
    ) throws(SyntaxFailure) -> Grammar {
        let name = try grammarName(of: language)
        let library = GrammarLibrary(places: [])
        let candidate = Candidate(path: file, isBundle: true)
        guard let grammar = try library.load(name, from: candidate) else {
            throw .missingSymbol(file: file, symbol: "tree_sitter_" + name)
        }
        return grammar
    }

    private func load(
        _ name: String, from candidate: Candidate
    ) throws(SyntaxFailure) -> Grammar? {
        let library = try GrammarFile(path: candidate.path)
        return try library.grammar(
            language: name, queryFiles: QueryFiles.beside(library, language: name))
    }

    /// The name of a language as a grammar's function has it.
    private static func grammarName(of language: String) throws(SyntaxFailure) -> String {
        let name = CodeLanguage.named(language)?.name ?? language
        let isPlain = name.utf8.allSatisfy { byte in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
                || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
                || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        }
        guard isPlain, !name.isEmpty, name.utf8.count <= 64 else {
            throw .malformedLanguageName(language)
        }
        return String(name.map { $0 == "-" ? "_" : $0 })
    }
}
