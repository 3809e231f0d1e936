public import ScopeTrace

/// Something about a place of a file that a reader of the code should know, such as a line of which the
/// model was unsure.
public struct Finding: Hashable, Sendable {
    /// How much it matters, as SARIF grades it.
    public enum Level: String, Hashable, Codable, Sendable {
        /// For information only.
        case note
        /// May be a problem.
        case warning
        /// Is a problem.
        case error
        /// Has no grade.
        case none
    }

    /// What kind of finding it is; the findings of a rule have the same ``Finding/Rule/id``.
    public struct Rule: Hashable, Sendable {
        /// A stable name, such as `uncertain-token`.
        public var id: String
        /// What it is called, such as "UncertainToken".
        public var name: String?
        /// One sentence.
        public var summary: String
        /// More than that, nil for nothing.
        public var help: String?
        /// Where more can be read.
        public var helpURI: String?
        /// The grade of findings that name none.
        public var defaultLevel: Level

        /// Makes a rule.
        public init(
            id: String, name: String? = nil, summary: String, help: String? = nil,
            helpURI: String? = nil, defaultLevel: Level = .warning
        ) {
            self.id = id
            self.name = name
            self.summary = summary
            self.help = help
            self.helpURI = helpURI
            self.defaultLevel = defaultLevel
        }
    }

    /// A value of a finding's own, kept by readers that do not know it.
    public enum Property: Hashable, Sendable {
        /// A number, possibly infinite, never NaN.
        case number(Double)
        /// A whole number.
        case integer(Int)
        /// A text.
        case text(String)
        /// A truth value.
        case flag(Bool)
    }

    /// Its rule's id.
    public var ruleID: String
    /// What is the matter, in one or a few sentences.
    public var message: String
    /// How much it matters; nil for the rule's grade.
    public var level: Level?
    /// The path of the file, relative to the folder that was looked at, with `/` between its parts; nil
    /// for a finding about no file.
    public var path: String?
    /// The bytes of the file that it is about; nil for the whole file.
    public var byteRange: Range<Int>?
    /// What tells it from others across runs, by name, such as a hash of the line's text.
    public var fingerprints: [String: String]
    /// More about it, by name.
    public var properties: [String: Property]
    /// The tokens that it is about, of the trace it was read from; nil where there is none.
    public var tokens: Range<TokenIndex>?
    /// What speaks for it.
    public var evidence: Evidence
    /// How probable it is that the finding is what its rule says, from 0 to 1, as the rule's help defines
    /// it; nil where nothing measures that.
    public var confidence: Double?
    /// Whether a baseline knows it; nil where none was compared with.
    public var isKnown: Bool?
    /// The bytes of the file that reports do not show, such as those of a secret: where they show the
    /// file, each character stands as a sign.
    public var concealed: [Range<Int>]

    /// Makes a finding.
    public init(
        ruleID: String, message: String, level: Level? = nil, path: String? = nil,
        byteRange: Range<Int>? = nil, fingerprints: [String: String] = [:],
        properties: [String: Property] = [:], tokens: Range<TokenIndex>? = nil,
        evidence: Evidence = Evidence(), confidence: Double? = nil, isKnown: Bool? = nil,
        concealed: [Range<Int>] = []
    ) {
        self.ruleID = ruleID
        self.message = message
        self.level = level
        self.path = path
        self.byteRange = byteRange
        self.fingerprints = fingerprints
        self.properties = properties
        self.tokens = tokens
        self.evidence = evidence
        self.confidence = confidence
        self.isKnown = isKnown
        self.concealed = concealed
    }
}
