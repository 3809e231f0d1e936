import ScopeAudit
import ScopeCode
import ScopeDecoding
import ScopeFiles
import TestFixtures
import TinyPythonModel

/// What the tests of the module measure with.
enum Tested {
    static func model() throws -> ModelContext { try loadModel(from: .tinyPython) }

    /// A text with its tree.
    static func source(_ text: String, language: String = "python") throws -> SyntaxSource {
        try SyntaxSource(Array(text.utf8), by: grammars.grammar(for: language))
    }

    /// The grammars that Scripts/grammars builds; a test that needs one fails where it is missing.
    static let grammars: GrammarLibrary = {
        var library = GrammarLibrary.standard
        let home = environmentValue("HOME") ?? ""
        let cache = environmentValue("XDG_CACHE_HOME") ?? home + "/.cache"
        library.places.append(cache + "/tokenscope/grammars")
        return library
    }()
}
