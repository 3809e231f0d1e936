internal import ScopeTensor

/// One row of the table of supported families: how its files describe the one decoder block.
///
/// Adding a family is adding a row. No family has a forward function of its own.
struct Family: Sendable {
    /// The value of `model_type` in `config.json`.
    let modelType: String
    /// What the family fixes without a field of its own, set before any field is read.
    let defaults: @Sendable (inout ConfigurationDraft) -> Void
    /// The fields that are understood, applied in this order.
    let fields: [Field]
    /// What the checkpoint calls its tensors.
    let tensors: TensorNames

    /// Every supported family.
    static let all = [gpt2, llama, qwen2]
}

/// The names a family's checkpoint gives to the tensors of the decoder block.
struct TensorNames: Sendable {
    /// How queries, keys and values are stored.
    enum Projections: Sendable {
        /// One matrix whose outputs are queries, keys and values in this order.
        case fused(String)
        /// Three matrices.
        case separate(query: String, key: String, value: String)
    }

    /// What stands before every name but the head's; the first one that fits the file is used.
    var prefixes: [String]
    var embedding: String
    var positionEmbedding: String?
    /// What stands before a layer's names; `#` is the layer's number.
    var layer: String
    var attentionNorm: String
    var projections: Projections
    var attentionOutput: String
    var feedForwardNorm: String
    var gate: String?
    var up: String
    var down: String
    var finalNorm: String
    var head = "lm_head"
    /// The order of the linear maps' matrices in the file.
    var layout = WeightMatrix.Layout.outputMajor
    /// Endings of buffers that old checkpoints carry and that hold nothing learned.
    var ignoredSuffixes: [String] = []
}
