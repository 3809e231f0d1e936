/// What can go wrong between a text and its syntax tree.
public enum SyntaxFailure: Error, Sendable {
    /// No grammar of this language is on the search path.
    case grammarNotFound(language: String, places: [String])
}

extension SyntaxFailure: CustomStringConvertible {
    /// One line that names the language and the file.
    public var description: String {
        switch self {
        case .grammarNotFound(let language, let places):
            "no grammar of \(language) in \(places.joined(separator: ", "))"
        }
    }
}
