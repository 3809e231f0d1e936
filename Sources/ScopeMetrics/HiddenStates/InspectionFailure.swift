internal import ScopeDecoding
public import ScopeTrace
internal import ScopeTransformer

/// Why hidden states cannot be looked into.
public enum InspectionFailure: Error, Equatable, Sendable {
    /// Earlier rows change with the length of the text in this model, so that what was kept of them would
    /// not be what later rows have read.
    case changingRotation(model: String)
    /// The model of a context cannot be taken apart; models that this package loads can.
    case notInspectable(model: String)
    /// A layer gives no distribution: its numbers, or those of its lens, overflow.
    case notADistribution(token: TokenIndex, layer: Int)
    /// The lens was read for a model of another width or depth.
    case otherModel(lens: String, model: String)
    /// An id lies outside the model's vocabulary.
    case tokenOutOfRange(id: Int, vocabularySize: Int)
}

extension InspectionFailure: CustomStringConvertible {
    /// One line.
    public var description: String {
        switch self {
        case .changingRotation(let model):
            "\(model): the rows of earlier tokens change with the length of the text, which "
                + "information flow cannot follow"
        case .notInspectable(let model): "\(model): this kind of model cannot be taken apart"
        case .notADistribution(let token, let layer):
            "the logits of token \(token.rawValue) at layer \(layer) are not finite"
        case .otherModel(let lens, let model): "\(lens) is no lens for \(model)"
        case .tokenOutOfRange(let id, let size):
            "token id \(id) lies outside the vocabulary of \(size) entries"
        }
    }
}

extension ModelContext {
    /// The model, where it can be taken apart.
    func inspectableModel() throws(InspectionFailure) -> any InspectableModel<Float> {
        guard let model = model as? any InspectableModel<Float> else {
            throw .notInspectable(model: identity.name)
        }
        return model
    }
}
