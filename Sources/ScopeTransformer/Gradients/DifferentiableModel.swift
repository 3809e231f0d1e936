public import ScopeTensor

/// A direction in which a gradient begins: a row of the head's input, and what it is weighted by.
public struct GradientProbe<Scalar: TensorScalar>: Sendable {
    /// The residual row, which predicts the next token.
    public var row: Int
    /// The gradient with respect to the row's final hidden state; hidden size.
    public var direction: [Scalar]

    /// Names a probe.
    public init(row: Int, direction: [Scalar]) {
        self.row = row
        self.direction = direction
    }
}

/// A model that gives gradients with respect to the rows of its input embedding.
///
/// Weights are frozen and may be quantised. Which experts a row goes through is held constant, as
/// it changes in steps; the weights they get are not.
public protocol DifferentiableModel<Scalar>: LanguageModel {
    /// The rows of the embedding table, before any factor.
    ///
    /// - Parameter tokens: Ids of the vocabulary.
    /// - Returns: tokens × hidden size.
    /// - Throws: ``ModelFailure/tokenOutOfRange(id:vocabularySize:)``.
    func embeddings(of tokens: [Int]) throws(ModelFailure) -> Tensor<Scalar>

    /// Runs a text through the model from its embedding rows and stores what the way back needs.
    ///
    /// - Parameters:
    ///   - embeddings: tokens × hidden size, as ``embeddings(of:)`` gives them.
    ///   - memory: What is kept of every layer.
    ///   - beginLayer: Called before a layer: a place for progress, and to throw when cancelled.
    /// - Returns: The tape.
    /// - Throws: ``ModelFailure``.
    /// - Complexity: One forward pass.
    func record(
        _ embeddings: Tensor<Scalar>, memory: GradientTape<Scalar>.Memory,
        beginLayer: (Int) throws(ModelFailure) -> Void
    ) throws(ModelFailure) -> GradientTape<Scalar>

    /// The gradients of `Σ direction · hiddenState(row)` with respect to the embedding rows.
    ///
    /// - Parameters:
    ///   - tape: A stored pass.
    ///   - probes: Directions; all go back together.
    ///   - beginLayer: Called before a layer, from the last to the first.
    /// - Returns: One tensor a probe, tokens × hidden size; rows behind the probe's are zero.
    /// - Throws: ``ModelFailure``.
    /// - Complexity: About two forward passes a probe; with ``GradientTape/Memory/inputs`` one more
    ///   for all together.
    func inputGradients(
        of tape: GradientTape<Scalar>, _ probes: [GradientProbe<Scalar>],
        beginLayer: (Int) throws(ModelFailure) -> Void
    ) throws(ModelFailure) -> [Tensor<Scalar>]

    /// The final norm's output, which the head reads, of some rows of a stored pass.
    ///
    /// - Parameters:
    ///   - tape: A stored pass.
    ///   - rows: Rows of its text, in any order.
    /// - Returns: rows × hidden size.
    /// - Complexity: One row of the top block for each.
    func hiddenStates(of tape: GradientTape<Scalar>, rows: [Int]) -> Tensor<Scalar>

    /// The logits of rows of final hidden states.
    ///
    /// - Parameter hiddenStates: rows × hidden size.
    /// - Returns: rows × vocabulary.
    func logits(of hiddenStates: Tensor<Scalar>) -> Tensor<Scalar>

    /// The gradient with respect to a final hidden state, given that with respect to its logits.
    ///
    /// - Parameters:
    ///   - gradient: rows × vocabulary.
    ///   - logits: What ``logits(of:)`` gave; rows × vocabulary. Nil for the raw products with the
    ///     head's matrix, before bias, factor and cap.
    /// - Returns: rows × hidden size.
    func headGradient(_ gradient: Tensor<Scalar>, logits: Tensor<Scalar>?) -> Tensor<Scalar>

    /// Rows of the head's matrix.
    ///
    /// - Parameter tokens: Ids of the vocabulary.
    /// - Returns: tokens × hidden size.
    /// - Throws: ``ModelFailure/tokenOutOfRange(id:vocabularySize:)``.
    func headRows(of tokens: [Int]) throws(ModelFailure) -> Tensor<Scalar>
}

extension DifferentiableModel {
    /// Runs a text through the model and stores everything the way back needs.
    ///
    /// - Parameter embeddings: tokens × hidden size.
    /// - Returns: The tape.
    /// - Throws: ``ModelFailure``.
    public func record(
        _ embeddings: Tensor<Scalar>
    ) throws(ModelFailure) -> GradientTape<Scalar> {
        try record(embeddings, memory: .activations) { (_) throws(ModelFailure) in }
    }

    /// The gradients of several probes with respect to the embedding rows.
    ///
    /// - Parameters:
    ///   - tape: A stored pass.
    ///   - probes: Directions; all go back together.
    /// - Returns: One tensor a probe, tokens × hidden size.
    /// - Throws: ``ModelFailure``.
    public func inputGradients(
        of tape: GradientTape<Scalar>, _ probes: [GradientProbe<Scalar>]
    ) throws(ModelFailure) -> [Tensor<Scalar>] {
        try inputGradients(of: tape, probes) { (_) throws(ModelFailure) in }
    }
}
