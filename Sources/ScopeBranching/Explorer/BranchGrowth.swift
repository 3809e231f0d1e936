internal import ScopeDecoding
public import ScopeTrace

/// A branch to be written: after which node, which tokens first, and with which settings then.
struct BranchGrowth: Sendable {
    /// A token that is put in.
    struct NewToken: Sendable {
        var id: Int
        var origin = TokenOrigin.forced
        /// Where it lies in the document; nil where it follows the text before.
        var place: Place?

        struct Place: Sendable {
            var sourceSpan: Range<Int>?
        }
    }

    /// The node before the first new token; nil for the beginning of a sequence.
    var base: BranchNode.ID?
    var tokens: [NewToken] = []
    var parameters: GenerateParameters
    /// What the first new token stands in the place of.
    var edit: BranchEdit?
    /// How the sequence relates to documents once the new tokens are there.
    var documentMap: DocumentMap?
}

/// A growth on its way.
struct GrowingBranch: Sendable {
    let number: Int
    let growth: BranchGrowth
    var session: DecodingSession
    /// Tokens that are in the tree already.
    let start: Int
    /// Put-in tokens that have not been handed to the session yet.
    var waiting: ArraySlice<BranchGrowth.NewToken>
    /// States on the way, by the number of their tokens.
    var checkpoints: [DecodingSession] = []
    /// Places where other branches are to begin.
    var forks: [ExpansionFork] = []
    /// The sum of the written tokens' logarithms of probability, to the model, where that is wanted.
    var logProbability = 0.0
}

/// How far a request has come.
public struct BranchProgress: Sendable {
    /// A token of a branch.
    public struct Step: Sendable {
        /// The branch's place among those of the request.
        public let branch: Int
        /// The token, put in or written.
        public let token: TokenRecord
    }

    /// The tokens since the last call.
    public internal(set) var steps: [Step] = []
    /// Branches that have ended.
    public internal(set) var finishedBranches = 0
    /// Branches in all, as far as is known.
    public internal(set) var branches = 0
    /// Tokens put in and written so far.
    public internal(set) var tokens = 0
    /// Tokens at most, where every branch becomes as long as it may; nil where that is not known.
    public internal(set) var tokenLimit: Int?

    /// What is being written, by the branches' places.
    var sessions: [Int: DecodingSession] = [:]

    /// A branch that is being written, with all that was measured so far, its shared beginning included.
    ///
    /// To be read where it is handed out: a copy that is kept until the next call makes the branch copy its
    /// metrics before it goes on.
    ///
    /// - Parameter branch: The branch's place among those of the request.
    /// - Returns: The trace; nil before the branch began and after the round in which it ended.
    /// - Complexity: O(1) in the number of tokens.
    public func trace(of branch: Int) -> TokenTrace? { sessions[branch]?.trace }
}
