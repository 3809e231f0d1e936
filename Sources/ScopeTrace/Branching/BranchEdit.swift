/// How the border of replaced text was settled when it was tokenised again.
///
/// A text's tokens depend on the text beside it, so whoever replaces text may have to tokenise its
/// neighbours again too; how many they were is stated, never hidden.
public struct BranchBorder: Hashable, Codable, Sendable {
    /// Tokens before the text that were tokenised again with it.
    public let before: Int

    /// Tokens after the text that were tokenised again with it.
    public let after: Int

    /// States a border.
    ///
    /// - Parameters:
    ///   - before: Tokens before the text that were tokenised again with it, at least 0.
    ///   - after: Tokens after it, at least 0.
    public init(before: Int, after: Int) {
        precondition(before >= 0 && after >= 0, "a negative number of tokens")
        self.before = before
        self.after = after
    }

    /// The text begins and ends where tokens do, or ids were replaced by ids.
    public static let exact = BranchBorder(before: 0, after: 0)
}

/// How a branch came about: what its first node stands in the place of.
public struct BranchEdit: Hashable, Codable, Sendable {
    /// What was done.
    public enum Kind: String, Hashable, Codable, Sendable, CaseIterable {
        /// Tokens of a branch were replaced.
        case replacement
        /// Another prompt was given.
        case prompt
        /// A gap in a document was to be filled.
        case fillInTheMiddle
    }

    /// What was done.
    public let kind: Kind

    /// The first node that was replaced, nil where none was; it need not be in the tree any more.
    public let first: BranchNode.ID?

    /// The last node that was replaced, nil where none was.
    public let last: BranchNode.ID?

    /// How the border of replaced text was settled.
    public let border: BranchBorder

    /// Makes an edit.
    ///
    /// - Parameters:
    ///   - kind: What was done.
    ///   - first: The first node that was replaced.
    ///   - last: The last node that was replaced.
    ///   - border: How the border of replaced text was settled.
    public init(
        _ kind: Kind, first: BranchNode.ID? = nil, last: BranchNode.ID? = nil,
        border: BranchBorder = .exact
    ) {
        self.kind = kind
        self.first = first
        self.last = last
        self.border = border
    }
}

/// Why decoding ended at a node, with the results about the whole branch.
public struct BranchEnd: Hashable, Codable, Sendable {
    /// Why decoding ended, nil while it has not.
    public var stopReason: StopReason?

    /// Where the stop text lies that ended decoding, nil where none did.
    public var stopMatch: StopMatch?

    /// Results about the whole branch, from its first token on.
    public var summary: TraceSummary

    /// Makes an end.
    ///
    /// - Parameters:
    ///   - stopReason: Why decoding ended.
    ///   - stopMatch: Where the stop text lies that ended decoding.
    ///   - summary: Results about the whole branch.
    public init(
        stopReason: StopReason? = nil, stopMatch: StopMatch? = nil,
        summary: TraceSummary = TraceSummary()
    ) {
        self.stopReason = stopReason
        self.stopMatch = stopMatch
        self.summary = summary
    }
}

/// What makes an operation on branches impossible.
public struct BranchTreeError: Error, Hashable, CustomStringConvertible {
    /// Where the fault lies, such as `nodes[3].parent`; nil where it is of the whole.
    public let field: String?

    /// What is wrong.
    public let reason: String

    /// Where and what.
    public var description: String { (field.map { "\($0): " } ?? "branch tree: ") + reason }
}
