internal import ScopeBranching
public import ScopeCode
public import ScopeDecoding
public import ScopeReports
internal import ScopeTokenizers
internal import ScopeTrace
internal import ScopeTransformer

/// Finds insecure forms where a language has safe ones, and says how much of the model's mass is on either.
///
/// **Definition.** A place is a call, an argument with a name, or the first argument of a query, whose form
/// stands in a ``ChoiceTable``. The masses are those of ``ByteMass`` after the tokens of the text
/// before the place; bytes of a token that begins before the place and reaches into it are put before
/// every form. A name is taken with the bracket behind it, so that `load` is not also `loads`.
///
/// **Cost.** For each place one pass over the tokens before it, as many as ``contextLimit``, and some tens of
/// single tokens. Places of safe forms cost nothing unless ``choices(in:by:)`` is asked.
///
/// **Error rates.** In Python a form is found where the file's imports make it one, in other languages and in texts that
/// import nothing where it is spelled as in the table, so that another thing of the same name is found there.
/// `Scripts/audit-evaluation --choices` compares with Python's own parser: in 2998 files 566 of 567 calls that were
/// found were right, and none was missed. The masses are exact to 1e-6
/// against an enumeration of all ways to cut a form into tokens.
public struct SecurityDetector: Sendable {
    /// The tables by language.
    public var tables: [String: ChoiceTable]
    /// Tokens before a place that are read, at most; nil for as many as the model's context holds.
    public var contextLimit: Int?
    /// The most that a mass may be too small.
    public var tolerance: Double
    /// Tokens that the model writes after the safe form, at most; 0 for no branch.
    public var branchTokens: Int

    /// Makes a detector.
    ///
    /// - Parameters:
    ///   - tables: The tables by language; by default the built-in ones.
    ///   - contextLimit: Tokens before a place that are read, at most.
    ///   - tolerance: The most that a mass may be too small; above 0.
    ///   - branchTokens: Tokens that the model writes after the safe form, at most; 0 for no branch.
    public init(
        tables: [String: ChoiceTable]? = nil, contextLimit: Int? = nil, tolerance: Double = 1e-6,
        branchTokens: Int = 0
    ) {
        self.tables = tables ?? ChoiceTable.builtIn
        self.contextLimit = contextLimit
        self.tolerance = tolerance
        self.branchTokens = branchTokens
    }

    /// The rules of all tables, each once, by id.
    public var rules: [Finding.Rule] {
        var rules: [String: Finding.Rule] = [:]
        for language in tables.keys.sorted() {
            for rule in tables[language]?.rules ?? [] where rules[rule.id] == nil {
                rules[rule.id] = rule
            }
        }
        return rules.values.sorted { $0.id < $1.id }
    }

    /// A place with the mass of each form.
    public struct Measured: Hashable, Sendable {
        /// The place.
        public var site: ChoiceSite
        /// The masses of the insecure forms, in the table's order.
        public var insecure: [ByteMass.Mass]
        /// The masses of the safe forms, in the table's order.
        public var safe: [ByteMass.Mass]

        /// The insecure forms' share of the mass on all forms; nil where there is none.
        public var insecureShare: Double? {
            let own = insecure.reduce(0) { $0 + $1.value }
            let all = safe.reduce(own) { $0 + $1.value }
            return all > 0 ? own / all : nil
        }
    }

    /// The masses at every place of a document where a form stands, safe or not.
    ///
    /// - Parameters:
    ///   - source: The document.
    ///   - context: The model.
    /// - Returns: The places in the order of the text; none for a language without a table.
    /// - Throws: ``AuditFailure``.
    public func choices(
        in source: SyntaxSource, by context: ModelContext
    ) throws(AuditFailure) -> [Measured] {
        try measured(source, context) { _ in true }
    }

    func measured(
        _ source: SyntaxSource, _ context: ModelContext, _ isWanted: (ChoiceSite) -> Bool
    ) throws(AuditFailure) -> [Measured] {
        let sites = (tables[source.tree.language]?.sites(in: source) ?? []).filter(isWanted)
        guard !sites.isEmpty else { return [] }
        let encoding = context.tokenizer.encoding(
            of: String(decoding: source.text, as: UTF8.self))
        let mass = ByteMass(context)
        var result: [Measured] = []
        for site in sites {
            guard let prefix = Prefix(site.start, encoding, self, context, source.text) else {
                continue
            }
            let texts = (site.insecureTexts + site.safeTexts).map { prefix.bytes + Array($0.utf8) }
            let masses = try mass.masses(of: texts, after: prefix.ids, tolerance: tolerance)
            let border = site.insecureTexts.count
            result.append(
                Measured(
                    site: site, insecure: Array(masses[..<border]), safe: Array(masses[border...])))
        }
        return result
    }

    /// The tokens before a place, and the bytes between them and the place.
    struct Prefix {
        var ids: [Int] = []
        var bytes: [UInt8] = []

        /// Nil where no token stands before the place.
        init?(
            _ place: Int, _ encoding: Encoding, _ detector: SecurityDetector,
            _ context: ModelContext, _ text: [UInt8]
        ) {
            var end = 0
            var covered = 0
            for (index, span) in encoding.sourceSpans.enumerated() {
                guard let span, span.upperBound <= place else {
                    if span == nil { continue }
                    break
                }
                end = index + 1
                covered = span.upperBound
            }
            guard end > 0 else { return nil }
            // Room for the longest form, one token a byte.
            let room = max(1, context.configuration.contextLength - 64)
            let limit = min(room, detector.contextLimit ?? room)
            ids = Array(encoding.ids[..<end].suffix(limit))
            bytes = Array(text[covered..<place])
        }
    }
}
