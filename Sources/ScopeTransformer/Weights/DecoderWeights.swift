internal import ScopeTensor

/// A linear map: a matrix in the file, and its bias where the family has one.
struct Linear<Scalar: TensorScalar>: Sendable {
    let weights: WeightMatrix
    let bias: Tensor<Scalar>?
}

/// Scale and, for layer norms, shift of a norm; each 1 × hidden size.
struct NormWeights<Scalar: TensorScalar>: Sendable {
    let scale: Tensor<Scalar>
    let shift: Tensor<Scalar>?
}

/// What one decoder block has learned.
struct LayerWeights<Scalar: TensorScalar>: Sendable {
    let attentionNorm: NormWeights<Scalar>
    let query: Linear<Scalar>
    let key: Linear<Scalar>
    let value: Linear<Scalar>
    let attentionOutput: Linear<Scalar>
    let feedForwardNorm: NormWeights<Scalar>
    let gate: Linear<Scalar>?
    let up: Linear<Scalar>
    let down: Linear<Scalar>
}

/// What a model has learned; matrices stay in the file's memory and format.
struct DecoderWeights<Scalar: TensorScalar>: Sendable {
    let embedding: WeightMatrix
    let positionEmbedding: WeightMatrix?
    let layers: [LayerWeights<Scalar>]
    let finalNorm: NormWeights<Scalar>
    let head: WeightMatrix
}
