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
    /// Queries, keys and values before they are sorted.
    var fused: Tensor<Scalar>
    var query: Tensor<Scalar>
    var key: Tensor<Scalar>
    var value: Tensor<Scalar>
    var context: Tensor<Scalar>
    /// What attention adds to the residual stream.
    var attended: Tensor<Scalar>
    /// What feed-forward adds to the residual stream.
    var update: Tensor<Scalar>
    var normalizedUpdate: Tensor<Scalar>
    var dense: DenseBuffers<Scalar>
    var experts: ExpertBuffers<Scalar>
    /// Rows on their way to the head.
    var selected: Tensor<Scalar>
    var logits: Tensor<Scalar>
    var attention = AttentionBuffers<Scalar>()

    init(_ shape: DecoderConfiguration) {
        configuration = shape
        let queries = shape.queryHeadCount * shape.headDimension
        let keys = shape.keyValueHeadCount * shape.headDimension
        let values = shape.keyValueHeadCount * shape.valueDimension
        // Latent attention makes queries alone here.
        let fusedWidth = shape.latentAttention == nil ? queries + keys + values : queries
        residual = Tensor(rows: 0, columns: shape.hiddenSize)
        normalized = Tensor(rows: 0, columns: shape.hiddenSize)
        fused = Tensor(rows: 0, columns: fusedWidth)
        query = Tensor(rows: 0, columns: queries)
        key = Tensor(rows: 0, columns: keys)
        value = Tensor(rows: 0, columns: values)
        context = Tensor(rows: 0, columns: shape.queryHeadCount * shape.valueDimension)
        attended = Tensor(rows: 0, columns: shape.hiddenSize)
        update = Tensor(rows: 0, columns: shape.hiddenSize)
        normalizedUpdate = Tensor(rows: 0, columns: shape.hiddenSize)
        dense = DenseBuffers(columns: shape.intermediateSize)
        experts = ExpertBuffers(shape)
        selected = Tensor(rows: 0, columns: shape.hiddenSize)
        logits = Tensor(rows: 0, columns: shape.vocabularySize)
    }
}

/// The inner rows of a feed-forward part.
struct DenseBuffers<Scalar: TensorScalar>: Sendable {
    var gate: Tensor<Scalar>
    var up: Tensor<Scalar>

    init(columns: Int) {
        gate = Tensor(rows: 0, columns: columns)
        up = Tensor(rows: 0, columns: columns)
    }
}

/// What a mixture of experts writes.
struct ExpertBuffers<Scalar: TensorScalar>: Sendable {
    var scores: Tensor<Scalar>
    var gate = Tensor<Scalar>(rows: 0, columns: 1)
    /// The rows that go through one expert.
    var input: Tensor<Scalar>
    var output: Tensor<Scalar>
    /// Of the experts that are chosen, and of the one that all rows share.
    var dense: DenseBuffers<Scalar>
    var shared: DenseBuffers<Scalar>

    init(_ shape: DecoderConfiguration) {
        let mixture = shape.experts ?? ExpertConfiguration()
        scores = Tensor(rows: 0, columns: mixture.count)
        input = Tensor(rows: 0, columns: shape.hiddenSize)
        output = Tensor(rows: 0, columns: shape.hiddenSize)
        dense = DenseBuffers(columns: mixture.intermediateSize)
        shared = DenseBuffers(columns: mixture.sharedIntermediateSize)
    }
}

/// What attention keeps beside its results.
struct AttentionBuffers<Scalar: TensorScalar>: Sendable {
    var weights = AttentionWeights<Scalar>()
    /// The biases of a scheme that rounds them, `biasCount` a head, of the positions from 0 up.
    private var biases: [Scalar] = []
    private var biasCount = 0

    /// What is added to the scores of texts of up to `count` positions.
    mutating func biases(
        _ count: Int, _ configuration: DecoderConfiguration
    ) -> AttentionRule<Scalar>.Bias {
        guard case .linearBias(let bias) = configuration.positions else { return .none }
        guard bias.roundsToBFloat16 else { return .slopes(bias.slopes.map { $0 * bias.scale }) }
        if biasCount < count {
            biasCount = 2 * count
            biases = bias.slopes.indices.flatMap { head in
                (0..<biasCount).map { Scalar(bias.value(head: head, position: $0)) }
            }
        }
        return .positions(table: biases, stride: biasCount)
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

extension Tensor {
    /// Takes over another tensor's values into memory of its own.
    mutating func copy(_ other: Tensor) {
        resize(rows: other.rows)
        storage.replaceSubrange(storage.indices, with: other.storage)
    }
}
