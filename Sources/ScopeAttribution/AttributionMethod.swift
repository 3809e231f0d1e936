public import ScopeTrace

/// A way to say which tokens a prediction came from.
///
/// Conform to it to compare a method of your own with the bundled ones.
public protocol AttributionMethod: Sendable {
    /// The method's name by its definition, as an ``/ScopeTrace/Attribution`` records it.
    var name: String { get }

    /// Explains predictions of a text's tokens.
    ///
    /// - Parameters:
    ///   - targets: Which predictions; each gets an attribution, in order.
    ///   - text: The text, which has gone through the model already.
    /// - Returns: One attribution a target.
    /// - Throws: ``AttributionFailure``.
    func attribute(
        _ targets: [AttributionTarget], in text: AttributedText
    ) throws(AttributionFailure) -> [Attribution]

    /// What explaining some targets together would take.
    ///
    /// - Parameters:
    ///   - targets: Which predictions.
    ///   - text: The text.
    /// - Returns: The cost; nil, as by default, where the method cannot tell.
    /// - Throws: ``AttributionFailure``.
    /// - Complexity: O(targets × tokens).
    func cost(
        of targets: [AttributionTarget], in text: AttributedText
    ) throws(AttributionFailure) -> AttributionCost?
}

extension AttributionMethod {
    /// Cannot tell.
    ///
    /// - Parameters:
    ///   - targets: Which predictions.
    ///   - text: The text.
    /// - Returns: Nil.
    /// - Throws: Nothing.
    public func cost(
        of targets: [AttributionTarget], in text: AttributedText
    ) throws(AttributionFailure) -> AttributionCost? {
        nil
    }

    /// Explains the prediction of one token.
    ///
    /// - Parameters:
    ///   - target: Which prediction.
    ///   - text: The text, which has gone through the model already.
    /// - Returns: The attribution.
    /// - Throws: ``AttributionFailure``.
    public func attribute(
        _ target: AttributionTarget, in text: AttributedText
    ) throws(AttributionFailure) -> Attribution {
        try attribute([target], in: text)[0]
    }
}
