/// A tree of branches with what is needed to go on with it: what is written to a session's file.
///
/// The tree's header names the model by what it is; ``model`` is where the caller found it.
public struct BranchSession: Codable, Equatable, Sendable {
    /// Something that was asked for, such as a replacement or a sweep, and what came of it.
    public struct Request: Codable, Hashable, Sendable {
        /// What was asked for, such as "replace"; names of one's own are welcome.
        public var kind: String

        /// What it was asked with, by name.
        public var arguments: [String: OpaqueValue]

        /// The last nodes of the branches that came of it; they need not be in the tree any more.
        public var nodes: [BranchNode.ID]

        /// Makes a request.
        ///
        /// - Parameters:
        ///   - kind: What was asked for.
        ///   - arguments: What it was asked with.
        ///   - nodes: The last nodes of the branches that came of it.
        public init(
            _ kind: String, arguments: [String: OpaqueValue] = [:], nodes: [BranchNode.ID] = []
        ) {
            self.kind = kind
            self.arguments = arguments
            self.nodes = nodes
        }
    }

    /// The branches.
    public var tree: BranchTree

    /// Where the caller found the model, such as a folder's path or a name; nil where it did not say.
    public var model: String?

    /// What was asked for, in order.
    public var requests: [Request]

    /// Makes a session.
    ///
    /// - Parameters:
    ///   - tree: The branches.
    ///   - model: Where the caller found the model.
    ///   - requests: What was asked for, in order.
    public init(tree: BranchTree, model: String? = nil, requests: [Request] = []) {
        self.tree = tree
        self.model = model
        self.requests = requests
    }
}
