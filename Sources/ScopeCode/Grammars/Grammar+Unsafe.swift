internal import CScopeTreeSitter

/// The grammar of a language: what a parser needs to turn a text into a syntax tree.
///
/// It comes from a library on disk (``GrammarLibrary``) or as a pointer from a package that the program
/// links. It is immutable and stays for the life of the process, so it can be used from any thread and
/// copied for nothing.
@safe
public struct Grammar: Sendable {
    /// The language's name, such as `python`.
    public let language: String
    /// The version of the binary interface that it was made for.
    public let version: Int
    /// The names of kinds of nodes, each once; `SyntaxTree.Node.kind` is a place in it.
    public var kindNames: [String] { tables.kindNames }
    /// The names of fields, each once; `SyntaxTree.Node.field` is a place in it.
    public var fieldNames: [String] { tables.fieldNames }
    /// The files of queries that belong to it, by name without `.scm`; see ``query(_:)``.
    public let queryFiles: [String: [String]]
    /// The library that it was loaded from, nil where a program handed it in.
    public let file: String?

    /// As long as one parse may take; then it fails with ``SyntaxFailure/unparsed(language:byteCount:)``.
    ///
    /// Code is parsed in milliseconds. Text that is no code can take time that grows with the square of its
    /// length, as a model makes it that repeats a quotation mark for ever. The parser looks at the clock
    /// between its steps, a few of which are long for such text.
    public var timeLimit: Duration = .seconds(SyntaxLimits.parseSeconds)

    nonisolated(unsafe) let pointer: OpaquePointer
    let tables: SymbolTables

    /// Takes a grammar that the program links, as its function `tree_sitter_LANGUAGE` returns it.
    ///
    /// The pointer must be that of a grammar (`const TSLanguage *`) and stay valid for the life of the
    /// process, which is true of every grammar package: nothing else can be checked than the version.
    ///
    /// ```swift
    /// let python = try unsafe Grammar(language: "python", pointer: tree_sitter_python())
    /// ```
    ///
    /// - Parameters:
    ///   - language: The language's name.
    ///   - pointer: The grammar.
    ///   - queryFiles: Paths of query files by their name, such as `highlights`.
    /// - Throws: ``SyntaxFailure/incompatibleGrammar(language:version:supported:)``.
    @unsafe
    public init(
        language: String, pointer: OpaquePointer, queryFiles: [String: [String]] = [:]
    ) throws(SyntaxFailure) {
        try unsafe self.init(
            language: language, pointer: pointer, queryFiles: queryFiles, file: nil)
    }

    @unsafe
    init(
        language: String, pointer: OpaquePointer, queryFiles: [String: [String]], file: String?
    ) throws(SyntaxFailure) {
        version = Int(unsafe ts_language_version(pointer))
        guard Self.supportedVersions.contains(version) else {
            throw .incompatibleGrammar(
                language: language, version: version, supported: Self.supportedVersions)
        }
        self.language = language
        unsafe self.pointer = unsafe GuardedGrammars.copy(of: pointer)
        self.queryFiles = queryFiles
        self.file = file
        unsafe tables = SymbolTables(of: pointer)
    }

    /// The versions of the binary interface that the parser runtime on this machine understands.
    public static let supportedVersions =
        Int(TREE_SITTER_MIN_COMPATIBLE_LANGUAGE_VERSION)...Int(TREE_SITTER_LANGUAGE_VERSION)
}

/// A grammar's names, read once.
final class SymbolTables: Sendable {
    let kindNames: [String]
    let fieldNames: [String]
    /// The place in ``kindNames`` of each symbol's name.
    private let kinds: [Int]
    private let errorKind: Int

    /// The symbol of nodes that fit no rule; the runtime gives it to every grammar.
    static let errorSymbol = TSSymbol.max

    @unsafe
    init(of language: OpaquePointer) {
        var names: [String] = []
        var places: [String: Int] = [:]
        func place(of name: String) -> Int {
            if let place = places[name] { return place }
            places[name] = names.count
            names.append(name)
            return names.count - 1
        }
        var kinds: [Int] = []
        let symbolCount = unsafe ts_language_symbol_count(language)
        for symbol in 0..<symbolCount {
            kinds.append(place(of: unsafe Self.symbolName(TSSymbol(symbol), of: language)))
        }
        errorKind = place(of: unsafe Self.symbolName(Self.errorSymbol, of: language))
        self.kinds = kinds
        kindNames = names
        // Field ids begin at 1.
        var fields: [String] = []
        let fieldCount = unsafe ts_language_field_count(language)
        for id in 0..<fieldCount {
            let name = unsafe ts_language_field_name_for_id(language, TSFieldId(id + 1))
            fields.append(unsafe name.map { unsafe String(cString: $0) } ?? "")
        }
        fieldNames = fields
    }

    private static func symbolName(_ symbol: TSSymbol, of language: OpaquePointer) -> String {
        let name = unsafe ts_language_symbol_name(language, symbol)
        return unsafe name.map { unsafe String(cString: $0) } ?? ""
    }

    /// The place of a symbol's name in ``kindNames``.
    func kind(of symbol: TSSymbol) -> Int {
        Int(symbol) < kinds.count ? kinds[Int(symbol)] : errorKind
    }
}
