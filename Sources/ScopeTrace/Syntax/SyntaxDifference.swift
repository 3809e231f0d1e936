/// What differs between the syntax trees of two texts, such as those of two branches.
public struct SyntaxDifference: Hashable, Codable, Sendable {
    /// Two subtrees, or one that the other tree lacks.
    public struct Change: Hashable, Codable, Sendable {
        /// What happened.
        public enum Kind: String, CaseIterable, Hashable, Codable, Sendable {
            /// The second tree has it, the first one does not.
            case inserted
            /// The first tree has it, the second one does not.
            case removed
            /// The same place has another leaf, or a node of another kind.
            case replaced
        }

        /// What happened.
        public var kind: Kind
        /// The subtree's root in the first tree, nil where it was inserted.
        public var first: Int?
        /// The subtree's root in the second tree, nil where it was removed.
        public var second: Int?

        /// Makes a change.
        public init(kind: Kind, first: Int?, second: Int?) {
            self.kind = kind
            self.first = first
            self.second = second
        }
    }

    /// The changes, in the order of the text; no change lies in another.
    public var changes: [Change]
    /// For each node of the first tree its partner in the second, nil where it has none.
    ///
    /// Partners are of the same kind; all below two equal subtrees are partners.
    public var partners: [Int?]
    /// Whether each of the texts fits its grammar.
    public var isWellFormed: [Bool]

    /// Makes a difference.
    public init(changes: [Change], partners: [Int?], isWellFormed: [Bool]) {
        self.changes = changes
        self.partners = partners
        self.isWellFormed = isWellFormed
    }

    /// Whether the trees are equal, blanks and comments aside.
    public var isEmpty: Bool { changes.isEmpty }
}

/// Programs sorted by what their syntax trees have in common.
public struct ProgramClusters: Hashable, Codable, Sendable {
    /// The places of the programs, cluster by cluster: the heaviest first, then by the first place.
    public var clusters: [[Int]]
    /// The share of each cluster; they sum to 1.
    public var shares: [Double]
    /// −Σ share · ln share, in nats: 0 where all programs are the same.
    ///
    /// The semantic entropy of Kuhn et al. (2023), with equality of trees as equality of meaning.
    public var entropy: Double
    /// The programs that do not fit their grammar.
    public var malformed: [Int]

    /// Makes clusters.
    public init(clusters: [[Int]], shares: [Double], entropy: Double, malformed: [Int]) {
        self.clusters = clusters
        self.shares = shares
        self.entropy = entropy
        self.malformed = malformed
    }
}

/// What replacing something earlier in a text did to a construct that stands in both versions.
public struct SyntaxEffect: Hashable, Codable, Sendable {
    /// The construct in the first text.
    public var first: SyntaxUnit
    /// Its partner in the second.
    public var second: SyntaxUnit
    /// The metric's mean over it in the first text.
    public var before: Double
    /// The metric's mean over it in the second text.
    public var after: Double

    /// Makes an effect.
    public init(first: SyntaxUnit, second: SyntaxUnit, before: Double, after: Double) {
        self.first = first
        self.second = second
        self.before = before
        self.after = after
    }

    /// `after − before`.
    public var change: Double { after - before }
}
