public import ScopeTensor

/// A norm that every row of the residual stream goes through.
public enum StreamNorm: Hashable, Sendable {
    /// Before the head.
    case final
    /// Before a block's attention.
    case attention(layer: Int)
    /// Before a block's feed-forward part.
    case feedForward(layer: Int)
    /// Behind a block's attention, on what it adds, with the factor that a family has there.
    case attentionOutput(layer: Int)
}

/// A token's row of the head: what a final hidden state is multiplied by to give the token's logit.
public struct HeadDirection: Equatable, Sendable {
    /// Hidden size; the model's logit scale included.
    public var values: [Double]
    /// What is added; the model's logit scale included.
    public var bias: Double

    /// Makes a direction.
    public init(values: [Double], bias: Double) {
        self.values = values
        self.bias = bias
    }

    /// The direction of the difference between two logits.
    public static func - (left: HeadDirection, right: HeadDirection) -> HeadDirection {
        HeadDirection(
            values: zip(left.values, right.values).map { $0 - $1 }, bias: left.bias - right.bias)
    }
}

/// A model whose hidden states can be read as predictions, and whose predictions can be taken apart.
///
/// Everything here is linear algebra with the model's own weights; no pass through the blocks is run.
public protocol InspectableModel<Scalar>: LanguageModel {
    /// What the model would predict if the residual stream ended with these rows: final norm, head with its
    /// bias, logit scale and soft cap.
    ///
    /// - Parameters:
    ///   - residuals: rows × hidden size, before the final norm.
    ///   - logits: rows × vocabulary.
    /// - Complexity: One product with the head's matrix, whatever the number of rows.
    func readOut(_ residuals: Tensor<Scalar>, into logits: inout Tensor<Scalar>)

    /// The same behind an affine map of each row's own.
    ///
    /// - Parameters:
    ///   - residuals: rows × hidden size, before the final norm.
    ///   - lens: The maps.
    ///   - layers: The layer of each row; rows of layers that have no map stay as they are.
    ///   - logits: rows × vocabulary.
    /// - Complexity: One product with the head's matrix, and one with each map.
    func readOut(
        _ residuals: Tensor<Scalar>, through lens: TunedLens, layers: [Int],
        into logits: inout Tensor<Scalar>)

    /// A norm with its mean and scale held at those of a row; nil where the model has none there.
    ///
    /// - Parameters:
    ///   - norm: Which norm.
    ///   - row: What goes into it; hidden size.
    /// - Returns: The affine map that the norm is at that row.
    func frozenNorm(_ norm: StreamNorm, at row: [Double]) -> FrozenNorm?

    /// A token's row of the head.
    ///
    /// - Parameter token: An id of the vocabulary.
    /// - Returns: The direction.
    /// - Throws: ``ModelFailure/tokenOutOfRange(id:vocabularySize:)``.
    func headDirection(of token: Int) throws(ModelFailure) -> HeadDirection

    /// What the learned position table adds to the embedding; nil for families without one.
    ///
    /// - Parameter row: The position, from 0.
    /// - Returns: Hidden size.
    func positionEmbedding(ofRow row: Int) -> [Scalar]?

    /// A block's attention output matrix, widened: what a head makes of a position is the position's value
    /// times the head's rows of it, before bias, norm and factor behind it.
    ///
    /// - Parameter layer: The decoder block.
    /// - Returns: (query heads × value dimension) × hidden size.
    /// - Complexity: One product with the matrix of as many rows as it has inputs.
    func attentionOutputMatrix(ofLayer layer: Int) -> Tensor<Scalar>

    /// What the heads make of positions: their values times their rows of the output matrix.
    ///
    /// - Parameters:
    ///   - values: positions × (key-value heads × value dimension), as `LayerComponent.values` lends them.
    ///   - matrix: What ``attentionOutputMatrix(ofLayer:)`` gave.
    /// - Returns: (positions × query heads) × hidden size, the heads of a position one after the other.
    /// - Complexity: O(positions × matrix).
    func headOutputs(of values: Tensor<Scalar>, by matrix: Tensor<Scalar>) -> Tensor<Scalar>

    /// The bias behind a block's attention, before a norm and a factor there; nil where there is none.
    func attentionOutputBias(ofLayer layer: Int) -> [Scalar]?
}
