import ScopeCode
import ScopeFiles
import TestFixtures

/// The grammars that tests use.
///
/// They are those that Scripts/grammars builds; a test that needs one fails where it is missing.
enum TestGrammars {
    /// Scripts/test names a folder by TOKENSCOPE_GRAMMAR_PATH; the folder that it fills is asked in any
    /// case, so that `swift test` alone works after it.
    static let library: GrammarLibrary = {
        var library = GrammarLibrary.standard
        let home = environmentValue("HOME") ?? ""
        let cache = environmentValue("XDG_CACHE_HOME") ?? home + "/.cache"
        library.places.append(cache + "/tokenscope/grammars")
        return library
    }()

    /// The languages that Scripts/grammars builds.
    static let languages = [
        "c", "cpp", "go", "java", "javascript", "python", "rust", "swift", "tsx", "typescript",
    ]

    static func grammar(_ language: String) throws -> Grammar {
        try library.grammar(for: language)
    }
}
