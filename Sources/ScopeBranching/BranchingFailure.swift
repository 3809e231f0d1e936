public import ScopeDecoding
public import ScopeTrace

/// What can go wrong while branches are explored.
public enum BranchingFailure: Error, Sendable {
    /// A sweep would send more tokens through the model than it may.
    case budgetExceeded(estimate: Int, budget: Int)
    /// A branch could not be decoded; what was written before is in the tree.
    case decoding(DecodingFailure)
    /// The tree was written by another model.
    case differentModel(tree: String, model: String)
    /// A setting lies outside what it can be.
    case invalidSetting(name: String, reason: String)
    /// The model, or the text, has no prompt for filling in the middle.
    case noFillInTheMiddle(reason: String)
    /// The tree has no node of this name, or it does not lie where it is asked for.
    case noSuchNode(BranchNode.ID, reason: String)
    /// The tree does not take what was measured.
    case tree(BranchTreeError)
}

extension BranchingFailure: CustomStringConvertible {
    /// One line that names the setting, branch or field.
    public var description: String {
        switch self {
        case .budgetExceeded(let estimate, let budget):
            "about \(estimate) tokens would go through the model, more than the \(budget) they may: "
                + "take fewer positions, alternatives or tokens"
        case .decoding(let failure): failure.description
        case .differentModel(let tree, let model):
            "the tree was written by the model \(tree), this one is \(model)"
        case .invalidSetting(let name, let reason): "\(name) \(reason)"
        case .noFillInTheMiddle(let reason): "cannot fill in the middle: \(reason)"
        case .noSuchNode(let id, let reason): "node \(id) \(reason)"
        case .tree(let error): error.description
        }
    }
}

extension BranchingFailure {
    static func wrapping<Result>(
        _ body: () throws(DecodingFailure) -> Result
    ) throws(BranchingFailure) -> Result {
        do {
            return try body()
        } catch {
            throw .decoding(error)
        }
    }

    static func wrappingTree<Result>(
        _ body: () throws(BranchTreeError) -> Result
    ) throws(BranchingFailure) -> Result {
        do {
            return try body()
        } catch {
            throw .tree(error)
        }
    }
}
