public import ScopeTrace

/// A document of code within a text, parsed.
public struct CodeRegion: Equatable, Sendable {
    /// The number of its region in the text's `DocumentMap`.
    public var region: Int
    /// The language, by the name of its grammar where there is one; empty where none was named or
    /// guessed.
    public var language: String
    /// Whether the language was guessed from how well its grammar fits.
    public var isGuessed: Bool
    /// The document's bytes.
    public var bytes: [UInt8]
    /// The tree, nil where there is no grammar for it.
    public var tree: SyntaxTree?
    /// By node, the names that the grammar's highlight query gives; empty without a query.
    public var marks: [Int: String]
    /// The definitions and calls that the grammar's tag query finds; empty without a query.
    public var tags: [SyntaxTag]
    /// How much of it fits no rule, nil without a tree.
    public var errors: SyntaxErrors?
    /// Why there is no tree, or why a query that names nodes was not used; else nil.
    public var problem: SyntaxFailure?

    init(region: Int, language: String, bytes: [UInt8], problem: SyntaxFailure? = nil) {
        self.region = region
        self.language = language
        isGuessed = false
        self.bytes = bytes
        tree = nil
        marks = [:]
        tags = []
        errors = nil
        self.problem = problem
    }

    init(region: Int, bytes: [UInt8], isGuessed: Bool, grammar: Grammar) throws(SyntaxFailure) {
        self.init(region: region, language: grammar.language, bytes: bytes)
        self.isGuessed = isGuessed
        // A faulty file beside the grammar takes away the names, not the tree.
        let parsed = try grammar.parseWithQueries(bytes)
        marks = parsed.marks
        tags = parsed.tags
        problem = parsed.problem
        errors = parsed.tree.errors(in: bytes)
        tree = parsed.tree
    }
}

/// Parses the documents of code in a text, each by the grammar of its language.
///
/// ```swift
/// let parser = CodeRegionParser()
/// for region in parser.regions(of: answer, selection: .fences) {
///     print(region.language, region.errors?.share ?? 1)
/// }
/// ```
public struct CodeRegionParser: Sendable {
    /// Where grammars come from.
    public var library: GrammarLibrary
    /// The languages that are tried where none is named, the likeliest first.
    public var candidates: [String]
    /// The share of a text that may fit no rule of the language that is guessed.
    public var toleratedErrorShare = 0.2

    /// As much of a text as a guess looks at.
    static let guessedByteCount = 1 << 14

    /// The languages that are tried unless others are named: those that Scripts/grammars builds.
    public static let usualCandidates = [
        "python", "javascript", "typescript", "java", "c", "cpp", "go", "rust", "swift", "tsx",
    ]

    /// Makes a parser of documents.
    ///
    /// - Parameters:
    ///   - library: Where grammars come from.
    ///   - candidates: The languages that are tried where none is named, the likeliest first.
    public init(
        library: GrammarLibrary = .standard,
        candidates: [String] = CodeRegionParser.usualCandidates
    ) {
        self.library = library
        self.candidates = candidates
    }

    /// Parses the documents of code in a text.
    ///
    /// - Parameters:
    ///   - bytes: The text.
    ///   - selection: Which part of it is code.
    /// - Returns: The documents in order; one without a grammar says why.
    /// - Complexity: O(*n*) in the number of bytes, and a parse by every candidate where a language is
    ///   guessed.
    public func regions(of bytes: [UInt8], selection: CodeSelection) -> [CodeRegion] {
        regions(of: bytes, map: selection.map(of: bytes))
    }

    /// Parses the documents that a map finds in a sequence.
    ///
    /// - Parameters:
    ///   - sequence: The bytes of the sequence.
    ///   - map: What documents it has.
    /// - Returns: The documents in order; one without a grammar, or of which the sequence holds only
    ///   a part, says so.
    /// - Complexity: As ``regions(of:selection:)``.
    public func regions(of sequence: [UInt8], map: DocumentMap) -> [CodeRegion] {
        map.regions.enumerated().map { number, region in
            guard let bytes = map.bytes(ofRegion: number, in: sequence) else {
                return CodeRegion(
                    region: number, language: region.language, bytes: [],
                    problem: .incompleteText(region: number))
            }
            return self.region(number, language: region.language, bytes: bytes)
        }
    }

    /// Parses one document.
    func region(_ number: Int, language: String, bytes: [UInt8]) -> CodeRegion {
        do throws(SyntaxFailure) {
            guard language.isEmpty else {
                return try CodeRegion(
                    region: number, bytes: bytes, isGuessed: false,
                    grammar: library.grammar(for: language))
            }
            guard let grammar = guess(bytes) else {
                return CodeRegion(
                    region: number, language: "", bytes: bytes,
                    problem: .unknownLanguage(region: number))
            }
            return try CodeRegion(
                region: number, bytes: bytes, isGuessed: true, grammar: grammar)
        } catch {
            return CodeRegion(region: number, language: language, bytes: bytes, problem: error)
        }
    }

    /// The candidate whose grammar fits a text best: the least share of errors, then the fewest
    /// words missing, then the first.
    ///
    /// - Parameter bytes: The text; its first 16 kB are looked at.
    /// - Returns: The grammar, nil where none fits or the text is blank.
    /// - Complexity: A parse by every candidate that is installed.
    public func guess(_ bytes: [UInt8]) -> Grammar? {
        let sample = Array(bytes.prefix(Self.guessedByteCount))
        guard sample.contains(where: { $0 > 0x20 }) else { return nil }
        var best: (grammar: Grammar, share: Double, missing: Int)?
        for candidate in candidates {
            guard let grammar = try? library.grammar(for: candidate),
                let tree = try? grammar.parse(sample)
            else { continue }
            let errors = tree.errors(in: sample)
            if let best, (best.share, best.missing) <= (errors.share, errors.missingCount) {
                continue
            }
            best = (grammar, errors.share, errors.missingCount)
            if errors.share == 0, errors.missingCount == 0 { break }
        }
        guard let best, best.share <= toleratedErrorShare else { return nil }
        return best.grammar
    }
}
