/// One token of a ``BranchTree``: a place that every branch through it shares.
public struct BranchNode: Hashable, Identifiable, Sendable {
    /// Names a node of one tree; never given to another node, not even when the node is gone.
    ///
    /// Numbers grow as nodes are added, so a node's is larger than its parent's.
    public struct ID: RawRepresentable, Hashable, Comparable, Codable, Sendable {
        /// The number, zero or more.
        public let rawValue: Int

        /// Makes the name of a node.
        ///
        /// - Parameter rawValue: The number, zero or more.
        public init(_ rawValue: Int) {
            precondition(rawValue >= 0, "a node's number must not be negative, found \(rawValue)")
            self.rawValue = rawValue
        }

        /// Makes the name of a node, or nil for a negative number.
        ///
        /// - Parameter rawValue: The number.
        public init?(rawValue: Int) {
            guard rawValue >= 0 else { return nil }
            self.rawValue = rawValue
        }

        /// Orders nodes by when they were added.
        public static func < (left: ID, right: ID) -> Bool { left.rawValue < right.rawValue }
    }

    /// The node's name.
    public let id: ID

    /// The token before this one, nil for the first of a sequence.
    public let parent: ID?

    /// The token, with its index and its spans on the path from the first token to this node.
    public let token: TokenRecord

    /// The place of the settings that made the token, in the tree's table; nil where none did.
    let settings: Int?

    /// Where the caller's document ends on the path, in bytes.
    let sourceEnd: Int
}

extension BranchNode.ID: CustomStringConvertible {
    /// The number in decimal.
    public var description: String { String(rawValue) }
}

/// A token that is to become a node: what it is, without its place.
public struct BranchToken: Hashable, Sendable {
    /// The token's number in the vocabulary.
    public var id: Int

    /// The token's bytes as decoded in context.
    public var bytes: [UInt8]

    /// The bytes of the caller's document that the token covers.
    ///
    /// Where it is nil, text goes on where the document ends so far, as it does in a decoding session,
    /// and a token of any other role has no source.
    public var sourceSpan: Range<Int>?

    /// How the token comes into the sequence.
    public var origin: TokenOrigin

    /// What the token is for.
    public var role: TokenRole

    /// Makes a token.
    ///
    /// - Parameters:
    ///   - id: The token's number in the vocabulary, at least 0.
    ///   - bytes: The token's bytes as decoded in context.
    ///   - sourceSpan: The bytes of the caller's document that the token covers, nil for what follows.
    ///   - origin: How the token comes into the sequence.
    ///   - role: What the token is for.
    public init(
        id: Int, bytes: [UInt8], sourceSpan: Range<Int>? = nil, origin: TokenOrigin,
        role: TokenRole = .text
    ) {
        precondition(id >= 0, "a token's id must not be negative, found \(id)")
        precondition((sourceSpan?.lowerBound ?? 0) >= 0, "a source span begins before the source")
        self.id = id
        self.bytes = bytes
        self.sourceSpan = sourceSpan
        self.origin = origin
        self.role = role
    }
}
