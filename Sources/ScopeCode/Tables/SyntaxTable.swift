/// What a grammar's kinds of nodes are for: the small part of folding that depends on the language, as
/// data.
///
/// A table is a text: a line names a property and the kinds that have it. A kind of named nodes stands as
/// it is, with `*` at either end for any text there; a literal of the grammar stands in quotes. Lines that
/// begin with `#` say something to readers.
///
/// ```
/// statement   *_statement function_definition
/// call        call
/// type.float  float
/// concept.Decision  "if" "elif" "else"
/// ```
///
/// Properties: `statement`, `expression`; `atom` (an expression by itself, except below a kind of
/// `declaring` or under one of the fields `unread`); `block`; `definition` (of functions),
/// `typeDefinition` and `wrapper` (what a definition may stand in and then belongs to it, such as its
/// decorators); `call`, whose function is under one of the fields `callee`; `literal`; `group`; `angles`
/// (where `<` and `>` are brackets); `member` (fields under which a name is an attribute); `type.NAME`
/// (the type of leaves); `concept.NAME`.
public struct SyntaxTable: Hashable, Sendable {
    /// The language, as grammars are named.
    public let language: String
    /// What has each property: by the property, the words of its lines.
    let words: [String: [String]]

    static let properties: Set<String> = [
        "statement", "expression", "atom", "declaring", "unread", "block", "definition",
        "typeDefinition", "wrapper", "call", "callee", "literal", "group", "angles", "member",
    ]

    /// Reads a table.
    ///
    /// - Parameters:
    ///   - language: The language, as grammars are named.
    ///   - text: The table.
    /// - Throws: ``SyntaxFailure/invalidTable(language:line:reason:)`` where a line names no property.
    public init(language: String, text: String) throws(SyntaxFailure) {
        var faults: [SyntaxFailure] = []
        self.init(language: language, text: text, faults: &faults)
        if let fault = faults.first { throw fault }
    }

    /// Reads a table; lines that name no property are passed over and told of.
    init(language: String, text: String, faults: inout [SyntaxFailure]) {
        var words: [String: [String]] = [:]
        // CR LF is one character, and another one than LF.
        for (number, line) in text.split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline
        )
        .enumerated() {
            let parts = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
            guard let property = parts.first, !property.hasPrefix("#") else { continue }
            let isKnown =
                Self.properties.contains(property) || property.hasPrefix("type.")
                || property.hasPrefix("concept.")
            guard isKnown else {
                faults.append(
                    .invalidTable(
                        language: language, line: number + 1,
                        reason: "\"\(property.prefix(80))\" is no property"))
                continue
            }
            // A literal of two words, such as "not in", is one word of the table.
            var open: String?
            for part in parts.dropFirst() {
                if let begun = open {
                    let joined = begun + " " + part
                    open = part.hasSuffix("\"") ? nil : joined
                    if open == nil { words[property, default: []].append(joined) }
                } else if part.hasPrefix("\""), part.utf8.count == 1 || !part.hasSuffix("\"") {
                    open = part
                } else {
                    words[property, default: []].append(part)
                }
            }
            if open != nil {
                faults.append(
                    .invalidTable(
                        language: language, line: number + 1, reason: "a quote has no end"))
            }
        }
        self.language = language
        self.words = words
    }

    /// The table of a language: its own where there is one, else one that goes by the endings that
    /// grammars have in common.
    ///
    /// - Parameter language: The language, as grammars are named.
    /// - Returns: The table.
    public static func named(_ language: String) -> SyntaxTable {
        builtIn[language] ?? common
    }

    /// The languages that have a table of their own.
    public static var languages: [String] { builtIn.keys.sorted() }

    static let builtIn: [String: SyntaxTable] = {
        var tables: [String: SyntaxTable] = [:]
        var faults: [SyntaxFailure] = []
        for (language, text) in texts {
            tables[language] = SyntaxTable(language: language, text: text, faults: &faults)
        }
        return tables
    }()

    /// The texts of the tables, by language.
    static let texts: [String: String] = [
        "python": python, "javascript": javascript, "typescript": typescript, "tsx": tsx,
        "java": java, "c": c, "cpp": c + cppAdditions, "go": go, "rust": rust, "swift": swift,
    ]

    static let common: SyntaxTable = {
        var faults: [SyntaxFailure] = []
        return SyntaxTable(language: "", text: commonText, faults: &faults)
    }()
}
