internal import ScopeTensor

/// A linear map: a matrix in the file, and its bias where the family has one.
struct Linear<Scalar: TensorScalar>: Sendable {
    let weights: WeightMatrix
    let bias: Tensor<Scalar>?
}

/// Scale and, for layer norms that have one, shift of a norm.
struct NormWeights<Scalar: TensorScalar>: Sendable {
    let scale: Tensor<Scalar>
    let shift: Tensor<Scalar>?
}

/// What one decoder block has learned.
struct LayerWeights<Scalar: TensorScalar>: Sendable {
    let attentionNorm: NormWeights<Scalar>?
    let projections: ProjectionWeights<Scalar>
    let queryNorm: NormWeights<Scalar>?
    let keyNorm: NormWeights<Scalar>?
    let attentionOutput: Linear<Scalar>
    let attentionOutputNorm: NormWeights<Scalar>?
    let feedForwardNorm: NormWeights<Scalar>?
    let feedForward: FeedForwardWeights<Scalar>
    let feedForwardOutputNorm: NormWeights<Scalar>?
}

/// How a block makes queries, keys and values.
enum ProjectionWeights<Scalar: TensorScalar>: Sendable {
    /// One product, whose columns are then sorted.
    case fused(Linear<Scalar>, FusedColumns)
    case latent(LatentWeights<Scalar>)
    case separate(query: Linear<Scalar>, key: Linear<Scalar>, value: Linear<Scalar>)
}

/// The maps of latent attention.
struct LatentWeights<Scalar: TensorScalar>: Sendable {
    /// From the residual row to the latent vector, where queries have one.
    let queryDown: Linear<Scalar>?
    let queryNorm: NormWeights<Scalar>?
    let query: Linear<Scalar>
    let keyValueDown: Linear<Scalar>
    let keyValueNorm: NormWeights<Scalar>
    let keyValueUp: LatentExpansion<Scalar>
}

/// The maps from the latent vector to the keys, but for their rotated part, and values of all heads.
enum LatentExpansion<Scalar: TensorScalar>: Sendable {
    /// Keys by one matrix a head, values by one of all.
    case apart(keys: [WeightMatrix], values: WeightMatrix)
    /// Each head's keys with its values.
    case joint(Linear<Scalar>)
}

/// What a feed-forward part has learned.
enum FeedForwardWeights<Scalar: TensorScalar>: Sendable {
    case dense(DenseWeights<Scalar>)
    case experts(ExpertWeights<Scalar>)
}

/// A feed-forward part that every position goes through.
struct DenseWeights<Scalar: TensorScalar>: Sendable {
    let gate: Linear<Scalar>?
    let up: Linear<Scalar>
    let down: Linear<Scalar>
}

/// A mixture of experts.
struct ExpertWeights<Scalar: TensorScalar>: Sendable {
    let router: WeightMatrix
    let experts: [DenseWeights<Scalar>]
    let shared: DenseWeights<Scalar>?
    /// Hidden size to one scalar, whose logistic weighs the shared expert.
    let sharedGate: WeightMatrix?
}

/// What a model has learned; matrices stay in the file's memory and format.
struct DecoderWeights<Scalar: TensorScalar>: Sendable {
    let embedding: WeightMatrix
    let embeddingNorm: NormWeights<Scalar>?
    let positionEmbedding: WeightMatrix?
    let layers: [LayerWeights<Scalar>]
    let finalNorm: NormWeights<Scalar>
    let head: Linear<Scalar>
    /// The names of the tensors that matrices are read from.
    let matrices: [String]
}
