public import ScopeTrace
public import ScopeTransformer

/// What can go wrong between a text and an attribution of one of its tokens.
public enum AttributionFailure: Error, Equatable, Sendable {
    /// Not even the least that the work needs at once fits the budget, in bytes.
    case budgetExceeded(needed: Int, budget: Int)
    /// A setting lies outside what it can be.
    case invalidSetting(name: String, reason: String)
    /// The model could not be run.
    case model(ModelFailure)
    /// The model gives no gradients.
    case notDifferentiable
    /// The model lacks what a method asks of it.
    case notSupported(method: String)
    /// A target that has nothing before it, or lies behind the token after the text.
    case targetOutOfRange(TokenIndex, tokenCount: Int)
    /// The token after the text is no part of it: the id to explain must be named.
    case targetIDMissing(TokenIndex)
}

extension AttributionFailure: CustomStringConvertible {
    /// One line that says what to do about it where that is known.
    public var description: String {
        switch self {
        case .budgetExceeded(let needed, let budget):
            "\(needed) bytes are needed and the budget is \(budget): raise it, or take a shorter text"
        case .invalidSetting(let name, let reason): "\(name) \(reason)"
        case .model(let failure): failure.description
        case .notDifferentiable: "the model gives no gradients"
        case .notSupported(let method): "the model does not support \(method)"
        case .targetOutOfRange(let target, let count):
            "token \(target.rawValue) has no prediction to explain: name one from 1 to \(count)"
        case .targetIDMissing(let target):
            "token \(target.rawValue) is not in the text: name the id whose prediction to explain"
        }
    }
}

extension AttributionFailure {
    static func wrappingModel<Result>(
        _ body: () throws(ModelFailure) -> Result
    ) throws(AttributionFailure) -> Result {
        do {
            return try body()
        } catch {
            throw .model(error)
        }
    }
}
