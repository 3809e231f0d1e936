public import ScopeReports

/// The insecure forms of a language's interfaces, each with the safe ones: data, a line a fact.
///
/// - `calls KIND…`, `callee FIELD`, `arguments FIELD`, `keyword KIND`: the grammar's names for a call, for what is
///   called, for its arguments, and for an argument with a name.
/// - `import KIND…`, `import-from KIND…`, `import-all KIND…`: imports of modules, of single names, and of all names;
///   `built-in NAME…`: what needs none. With them calls are found by what their names were imported as,
///   and a name that was not imported is none of a form's unless nothing is imported.
/// - `string KIND…`, `interpolation KIND…`: a literal text, and what makes it a built one.
/// - `rule NAME LEVEL WORDS…`: a rule with its sentence.
/// - `help NAME WORDS…`: more about it.
/// - `call NAME INSECURE… > SAFE…`: what is called, with its modules.
/// - `argument NAME KEYWORD INSECURE… > SAFE…`: the value of an argument with a name, of any call.
/// - `format NAME METHOD…`: methods whose first argument must not be a text that is built in place.
/// - `unless NAME WORD…`: words that make a call of the rule harmless where they stand in its arguments.
///
/// Lines that begin with `#` say something to readers.
public struct ChoiceTable: Hashable, Sendable {
    /// A choice between insecure and safe forms.
    public struct Choice: Hashable, Sendable {
        /// Where the forms stand.
        public enum Place: Hashable, Sendable {
            /// They are what is called.
            case callee
            /// They are the value of an argument with this name.
            case argument(String)
            /// They begin the first argument of a method with one of these names.
            case format([String])
        }

        /// The rule's name.
        public var rule: String
        /// Where the forms stand.
        public var place: Place
        /// The insecure forms.
        public var insecure: [String]
        /// The safe forms.
        public var safe: [String]
    }

    /// The language, as grammars are named.
    public let language: String
    /// The rules, in the table's order.
    public private(set) var rules: [Finding.Rule] = []
    /// The choices, in the table's order.
    public private(set) var choices: [Choice] = []
    /// By rule, words that make a call harmless.
    public private(set) var exceptions: [String: [String]] = [:]
    /// What the grammar calls its parts.
    var names: [String: [String]] = [:]

    /// Reads a table.
    ///
    /// - Parameters:
    ///   - language: The language, as grammars are named.
    ///   - text: The table.
    /// - Throws: ``AuditFailure/invalidTable(file:line:reason:)`` where a line means nothing.
    public init(language: String, text: String) throws(AuditFailure) {
        self.language = language
        for (number, line) in text.split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline
        ).enumerated() {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
            guard let key = words.first, !key.hasPrefix("#") else { continue }
            if let reason = take(key, Array(words.dropFirst())) {
                throw .invalidTable(
                    file: "choices of \(language)", line: number + 1, reason: reason)
            }
        }
    }

    /// Takes a line in.
    ///
    /// - Returns: What is wrong with it; nil for nothing.
    private mutating func take(_ key: String, _ words: [String]) -> String? {
        switch key {
        case "calls", "callee", "arguments", "keyword", "string", "interpolation", "import",
            "import-from", "import-all", "built-in":
            names[key] = words
            return nil
        case "rule":
            guard words.count > 2, let level = Finding.Level(rawValue: words[1]) else {
                return "a rule has a name, a level and a sentence"
            }
            rules.append(
                Finding.Rule(
                    id: words[0], summary: words.dropFirst(2).joined(separator: " "),
                    help: Self.help, defaultLevel: level))
            return nil
        default: break
        }
        guard let name = words.first, let place = rules.firstIndex(where: { $0.id == name }) else {
            return "\"\(words.first ?? "")\" is no rule that stands above"
        }
        let rest = Array(words.dropFirst())
        switch key {
        case "help":
            rules[place].help = rest.joined(separator: " ") + "\n" + Self.help
        case "unless": exceptions[name, default: []] += rest
        case "format":
            choices.append(
                Choice(
                    rule: name, place: .format(rest), insecure: ["f\"", "f'"], safe: ["\"", "'"]))
        case "call", "argument":
            let forms = key == "call" ? rest : Array(rest.dropFirst())
            guard let border = forms.firstIndex(of: ">"), border > 0, border + 1 < forms.count
            else { return "insecure and safe forms stand on either side of >" }
            choices.append(
                Choice(
                    rule: name, place: key == "call" ? .callee : .argument(rest[0]),
                    insecure: Array(forms[..<border]), safe: Array(forms[(border + 1)...])))
        default: return "\"\(key.prefix(80))\" is no property"
        }
        return nil
    }

    /// What the numbers of all choices mean.
    private static let help = """
        The form is found in the syntax tree, so the finding does not depend on the model. The numbers \
        say what the model would have written in its place: the probability that its text goes on \
        with each form, summed over all ways to cut it into tokens. A model that puts much on the \
        insecure form will write it elsewhere, too; one that puts most on the safe form was overruled by \
        whoever wrote this.
        """

    /// The table of a language; nil where there is none.
    ///
    /// - Parameter language: The language, as grammars are named.
    /// - Returns: The table.
    public static func named(_ language: String) -> ChoiceTable? { builtIn[language] }

    /// The languages that have a table.
    public static var languages: [String] { builtIn.keys.sorted() }

    static let builtIn: [String: ChoiceTable] = {
        var tables: [String: ChoiceTable] = [:]
        for (language, text) in texts {
            // A test reads every one of them and says what is wrong.
            tables[language] = try? ChoiceTable(language: language, text: text)
        }
        return tables
    }()

    /// The texts of the tables, by language.
    static let texts: [String: String] = [
        "python": python, "javascript": javascript, "typescript": javascript, "tsx": javascript,
        "c": c, "cpp": c, "go": go, "swift": swift,
    ]
}
