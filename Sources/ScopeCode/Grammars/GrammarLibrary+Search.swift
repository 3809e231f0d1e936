extension GrammarLibrary {
    /// A file that may hold a grammar.
    struct Candidate {
        let path: String
        /// Whether it may hold several.
        let isBundle: Bool
    }

    /// The files at a place that may hold a language's grammar, the likeliest first.
    func candidates(at place: String, language: String) -> [Candidate] {
        switch FileSystem.kind(of: place) {
        case .nothing: return []
        case .file: return [Candidate(path: place, isBundle: true)]
        case .folder: break
        }
        // Distributions write a dash where C has an underscore.
        let dashed = String(language.map { $0 == "_" ? "-" : $0 })
        var stems = ["libtree-sitter-" + language, "libtree-sitter-" + dashed]
        if !Self.systemFolders.contains(place) { stems += [language, dashed] }
        var found: [Candidate] = []
        func add(_ name: String, isBundle: Bool) {
            let path = place + "/" + name
            guard !found.contains(where: { $0.path == path }),
                FileSystem.kind(of: path) == .file
            else { return }
            found.append(Candidate(path: path, isBundle: isBundle))
        }
        for stem in stems {
            for suffix in Self.suffixes { add(stem + suffix, isBundle: false) }
        }
        if !Self.systemFolders.contains(place) {
            for suffix in Self.suffixes { add("languages" + suffix, isBundle: true) }
        }
        return found
    }

    /// All grammars that can be found, each with what keeps it from being used, if anything does.
    ///
    /// Where several places have the same language, the first that can be used is the one that
    /// ``grammar(for:)`` takes. Every library is loaded to see its version.
    ///
    /// - Returns: The grammars in the order of ``places``, by name within each.
    /// - Complexity: Reads every folder and loads every library.
    public func listing() -> [ListedGrammar] {
        var listed: [ListedGrammar] = []
        for place in places {
            switch FileSystem.kind(of: place) {
            case .nothing: continue
            case .file: listed += Self.languages(ofBundle: place)
            case .folder:
                for name in FileSystem.names(in: place) {
                    listed += languages(ofFile: name, in: place)
                }
            }
        }
        return listed
    }

    private func languages(ofFile name: String, in folder: String) -> [ListedGrammar] {
        guard let suffix = Self.suffixes.first(where: name.hasSuffix) else { return [] }
        let path = folder + "/" + name
        var stem = name.dropLast(suffix.count)
        let prefix = "libtree-sitter-"
        let isPlain = !stem.hasPrefix(prefix)
        if isPlain, Self.systemFolders.contains(folder) { return [] }
        if stem == "languages" { return Self.languages(ofBundle: path) }
        if !isPlain { stem = stem.dropFirst(prefix.count) }
        return [ListedGrammar(language: String(stem), file: path)]
    }

    private static func languages(ofBundle path: String) -> [ListedGrammar] {
        do throws(SyntaxFailure) {
            _ = try GrammarFile(path: path)
        } catch {
            return [ListedGrammar(language: "", file: path, problem: error)]
        }
        return CodeLanguage.all.map { ListedGrammar(language: $0.name, file: path) }
            .filter { listed in
                if case .missingSymbol = listed.problem { return false }
                return true
            }
    }
}

/// A grammar that was found on the machine.
public struct ListedGrammar: Equatable, Sendable {
    /// The language, empty for a bundle that cannot be loaded.
    public let language: String
    /// The library.
    public let file: String
    /// The version of the binary interface, nil where the grammar cannot be used.
    public let version: Int?
    /// The names of the queries beside it, sorted.
    public let queries: [String]
    /// Why it cannot be used, nil where it can.
    public let problem: SyntaxFailure?

    init(language: String, file: String) {
        do throws(SyntaxFailure) {
            let grammar = try GrammarLibrary.grammar(for: language, in: file)
            self.language = grammar.language
            version = grammar.version
            queries = grammar.queryFiles.keys.sorted()
            problem = nil
        } catch {
            self.language = language
            version = nil
            queries = []
            problem = error
        }
        self.file = file
    }

    init(language: String, file: String, problem: SyntaxFailure) {
        self.language = language
        self.file = file
        self.problem = problem
        version = nil
        queries = []
    }
}
