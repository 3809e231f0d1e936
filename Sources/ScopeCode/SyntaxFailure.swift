/// What can go wrong between a text and its syntax tree.
public enum SyntaxFailure: Error, Equatable, Sendable {
    /// No grammar of this language is on the search path.
    case grammarNotFound(language: String, places: [String])
    /// A name that cannot be that of a grammar: other than letters, digits, `_`, `-`, `+` and `#`.
    case malformedLanguageName(String)
    /// A grammar that is not loaded because someone else could have written it.
    case untrustedGrammar(file: String, reason: String)
    /// A file that is no library, or one that the system cannot load.
    case unloadableGrammar(file: String, reason: String)
    /// A library without the function that hands out the grammar, or one that hands out none.
    case missingSymbol(file: String, symbol: String)
    /// A grammar made for another version of the parser runtime.
    case incompatibleGrammar(language: String, version: Int, supported: ClosedRange<Int>)
    /// A query that the grammar does not understand, with the byte where it ends to do so.
    case malformedQuery(name: String, offset: Int, reason: String)
    /// A file beside a grammar that cannot be read as text.
    case unreadableQuery(file: String, reason: String)
    /// A table of kinds of nodes with a line that says nothing.
    case invalidTable(language: String, line: Int, reason: String)
    /// A text longer than a parser can address.
    case textTooLong(byteCount: Int, limit: Int)
    /// A document of which a sequence holds only a part.
    case incompleteText(region: Int)
    /// A document whose language nobody names and that no grammar fits.
    case unknownLanguage(region: Int)
    /// The parser gave up on a text.
    case unparsed(language: String, byteCount: Int)
}

extension SyntaxFailure: CustomStringConvertible {
    /// One line that names the language or the file, and the reason.
    public var description: String {
        switch self {
        case .grammarNotFound(let language, let places):
            "no grammar of \(language) in \(places.joined(separator: ", "))"
        case .malformedLanguageName(let name):
            "\"\(name)\" is not the name of a language"
        case .untrustedGrammar(let file, let reason):
            "\(file): not loaded, as \(reason)"
        case .unloadableGrammar(let file, let reason):
            "\(file): \(reason)"
        case .missingSymbol(let file, let symbol):
            "\(file): no grammar from \(symbol)"
        case .incompatibleGrammar(let language, let version, let supported):
            "the grammar of \(language) has ABI \(version); supported are "
                + "\(supported.lowerBound) to \(supported.upperBound)"
        case .malformedQuery(let name, let offset, let reason):
            "\(name), byte \(offset): \(reason)"
        case .unreadableQuery(let file, let reason):
            "\(file): \(reason)"
        case .invalidTable(let language, let line, let reason):
            "table of \(language), line \(line): \(reason)"
        case .textTooLong(let byteCount, let limit):
            "\(byteCount) bytes of code; a parser takes \(limit)"
        case .incompleteText(let region):
            "the sequence holds only a part of document \(region)"
        case .unknownLanguage(let region):
            "no language is named for document \(region), and none fits"
        case .unparsed(let language, let byteCount):
            "the parser of \(language) gave up on \(byteCount) bytes"
        }
    }
}
