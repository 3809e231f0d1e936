public import ScopeTensor

/// Scratch memory of a forward pass, kept between passes so that decoding allocates nothing.
///
/// A value without meaning between calls: any workspace will do for any model of the same scalar.
public struct Workspace<Scalar: TensorScalar>: Sendable {
    var buffers: WorkspaceBuffers<Scalar>?

    /// Creates an empty workspace; the first pass sizes it.
    public init() {}
}

/// The tensors a forward pass writes, one a role; every one has as many rows as the pass.
struct WorkspaceBuffers<Scalar: TensorScalar>: Sendable {
    let configuration: DecoderConfiguration
    var residual: Tensor<Scalar>
    var normalized: Tensor<Scalar>
    var query: Tensor<Scalar>
    var key: Tensor<Scalar>
    var value: Tensor<Scalar>
    var context: Tensor<Scalar>
    var update: Tensor<Scalar>
    var gate: Tensor<Scalar>
    var up: Tensor<Scalar>
    /// Rows on their way to the head.
    var selected: Tensor<Scalar>
    var logits: Tensor<Scalar>
    /// One attention row; grows with the context.
    var scores: [Scalar] = []

    init(_ shape: DecoderConfiguration) {
        configuration = shape
        let queries = shape.queryHeadCount * shape.headDimension
        let keys = shape.keyValueHeadCount * shape.headDimension
        residual = Tensor(rows: 0, columns: shape.hiddenSize)
        normalized = Tensor(rows: 0, columns: shape.hiddenSize)
        query = Tensor(rows: 0, columns: queries)
        key = Tensor(rows: 0, columns: keys)
        value = Tensor(rows: 0, columns: keys)
        context = Tensor(rows: 0, columns: queries)
        update = Tensor(rows: 0, columns: shape.hiddenSize)
        gate = Tensor(rows: 0, columns: shape.intermediateSize)
        up = Tensor(rows: 0, columns: shape.intermediateSize)
        selected = Tensor(rows: 0, columns: shape.hiddenSize)
        logits = Tensor(rows: 0, columns: shape.vocabularySize)
    }
}

extension Workspace {
    /// The buffers, sized for a model; new ones where another model used the workspace before.
    mutating func take(for shape: DecoderConfiguration) -> WorkspaceBuffers<Scalar> {
        // Moved out, not copied: the pass must be the sole owner to write in place.
        if let buffers = buffers.take(), buffers.configuration == shape { return buffers }
        return WorkspaceBuffers(shape)
    }
}
