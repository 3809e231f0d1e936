/// How the bytes of a token lie to those of a leaf of the tree, as TokenScope names it.
///
/// The tokens of a model and those of a grammar have borders of their own; see TokenScope
/// (arXiv 2607.01235).
public enum TokenMatch: String, CaseIterable, Hashable, Codable, Sendable {
    /// Both cover the same bytes.
    case exact
    /// The leaf lies in the token, which is longer.
    case fullInside = "full_inside"
    /// The leaf begins in the token and ends after it.
    case startInside = "start_inside"
    /// The leaf begins before the token and ends in it.
    case endInside = "end_inside"
    /// The leaf begins before the token and ends after it.
    case within

    /// How a token lies to a leaf, nil where they share no byte.
    ///
    ///
    /// - Parameters:
    ///   - token: The token's bytes.
    ///   - leaf: The leaf's bytes.
    public init?(token: Range<Int>, leaf: Range<Int>) {
        guard token.overlaps(leaf) else { return nil }
        if token == leaf {
            self = .exact
        } else if leaf.lowerBound >= token.lowerBound {
            self = leaf.upperBound <= token.upperBound ? .fullInside : .startInside
        } else {
            self = leaf.upperBound <= token.upperBound ? .endInside : .within
        }
    }
}

/// A leaf that a token touches.
public struct LeafMatch: Hashable, Codable, Sendable {
    /// How they lie.
    public var match: TokenMatch
    /// The number of the region.
    public var region: Int
    /// The leaf in the region's tree.
    public var node: Int
    /// The share of the token's bytes that lie in the leaf, above 0 and at most 1.
    public var share: Double

    /// Makes a match.
    public init(match: TokenMatch, region: Int, node: Int, share: Double) {
        self.match = match
        self.region = region
        self.node = node
        self.share = share
    }
}
