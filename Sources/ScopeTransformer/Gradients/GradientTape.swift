public import ScopeTensor

/// What one pass over a text has stored, so that gradients can go back through it.
///
/// Made by ``DifferentiableModel/record(_:memory:beginLayer:)``; a value that any number of
/// ``DifferentiableModel/inputGradients(of:_:beginLayer:)`` may use.
public struct GradientTape<Scalar: TensorScalar>: Sendable {
    /// What a tape keeps of every layer.
    public enum Memory: Equatable, Sendable {
        /// All that the way back needs.
        case activations
        /// The layer's input: the layer is computed anew on the way back.
        case inputs
    }

    /// Tokens of the text.
    public var tokenCount: Int { top.input.rows }

    /// What is kept of every layer.
    public let memory: Memory

    /// Embedding rows after the model's factor and before its norm; kept where there is a norm.
    let embedding: Tensor<Scalar>?
    /// All blocks but the top one.
    let layers: [StoredLayer<Scalar>]
    let top: TopBlock<Scalar>
}

/// What is kept of the block nearest to the head.
///
/// No other row reads what a row of it gives, so what follows attention, most of its work, is left
/// to be computed for the rows that are asked about.
struct TopBlock<Scalar: TensorScalar>: Sendable {
    /// The residual stream on its way into the block.
    let input: Tensor<Scalar>
    let attention: AttentionTape<Scalar>
    /// What attention has read: tokens × (query heads × value dimension).
    let context: Tensor<Scalar>
}

/// A layer of a tape.
enum StoredLayer<Scalar: TensorScalar>: Sendable {
    case activations(LayerTape<Scalar>)
    case input(Tensor<Scalar>)
}

/// What the way back through one decoder block needs.
struct LayerTape<Scalar: TensorScalar>: Sendable {
    /// The residual stream on its way into the block.
    let input: Tensor<Scalar>
    var attention: AttentionTape<Scalar>
    /// What attention adds, before its norm; kept where there is one.
    var attended: Tensor<Scalar>?
    /// The residual stream as feed-forward finds it.
    var middle: Tensor<Scalar>
    var feedForward: FeedForwardTape<Scalar>
    /// What feed-forward adds, before its norm; kept where there is one.
    var update: Tensor<Scalar>?
}

/// What attention has stored.
struct AttentionTape<Scalar: TensorScalar>: Sendable {
    /// Queries, keys and values as the maps gave them; kept where they are clipped or normalised.
    var raw: (query: Tensor<Scalar>, key: Tensor<Scalar>, value: Tensor<Scalar>)?
    var latent: LatentTape<Scalar>?
    /// Rotated queries.
    let query: Tensor<Scalar>
    /// Rotated keys, one array of rows a head.
    let keys: [[Scalar]]
    /// Values, one array of rows a head.
    let values: [[Scalar]]
}

/// The latent vectors before their norms.
struct LatentTape<Scalar: TensorScalar>: Sendable {
    let query: Tensor<Scalar>?
    let keyValue: Tensor<Scalar>
}

enum FeedForwardTape<Scalar: TensorScalar>: Sendable {
    case dense(DenseTape<Scalar>)
    case experts(ExpertTape<Scalar>)
}

/// The inner rows of a feed-forward part, before the nonlinearity.
struct DenseTape<Scalar: TensorScalar>: Sendable {
    let gate: Tensor<Scalar>?
    let up: Tensor<Scalar>
}

/// What a mixture of experts has stored.
struct ExpertTape<Scalar: TensorScalar>: Sendable {
    /// One expert with the rows that went through it.
    struct Part: Sendable {
        let expert: Int
        let rows: [Int]
        let dense: DenseTape<Scalar>
        let output: Tensor<Scalar>
    }

    /// Every row's probability of every expert.
    let probabilities: Tensor<Scalar>
    /// Every row's experts with their weights.
    let choices: [[(expert: Int, weight: Scalar)]]
    let parts: [Part]
    /// The expert that all rows share, with its gate's value in each row.
    let shared: (dense: DenseTape<Scalar>, output: Tensor<Scalar>, gates: [Scalar])?
}
