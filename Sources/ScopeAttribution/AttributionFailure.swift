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
    /// The model gave logits that no number can be made of: broken or overflowing weights.
    case notFinite
    /// Two runs that are to be compared measure the same, so there is no effect to share out.
    case nothingToPatch(value: Double)
    /// Two prompts that are to be patched into each other must be equally long: a state of one row
    /// goes to the same row of the other.
    case promptsOfOtherLength(clean: Int, corrupted: Int)
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
        case .notFinite: "the logits are not finite: the weights are broken or overflow"
        case .nothingToPatch(let value):
            "both prompts measure \(value): there is no difference to patch"
        case .promptsOfOtherLength(let clean, let corrupted):
            "the clean prompt has \(clean) tokens and the corrupted one \(corrupted): patching needs "
                + "prompts of equal length"
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
