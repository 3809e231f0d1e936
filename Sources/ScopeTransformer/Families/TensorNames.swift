internal import ScopeTensor

/// The names a family's checkpoint gives to the tensors of the decoder block; each ends before
/// `.weight` or `.bias`.
struct TensorNames: Sendable {
    /// How queries, keys and values are stored.
    enum Projections: Sendable {
        /// One matrix, whose outputs come in the given order.
        case fused(String, FusedOrder)
        /// Low-rank maps to queries, and to keys and values (DeepSeek-V2).
        case latent(LatentNames)
        /// Three matrices.
        case separate(query: String, key: String, value: String)
    }

    /// What stands before every name but the head's; the first one that fits the file is used.
    var prefixes: [String]
    var embedding: String
    var embeddingNorm: String?
    var positionEmbedding: String?
    /// What stands before a layer's names; `#` is the layer's number.
    var layer: String
    var attentionNorm: String?
    var projections: Projections
    /// The norms of queries and keys; `#` is a head's number where each has its own.
    var queryNorm: String?
    var keyNorm: String?
    var attentionOutput: String
    /// The norm on what attention adds to the residual stream.
    var attentionOutputNorm: String?
    var feedForwardNorm: String?
    var feedForward: FeedForwardNames
    /// The norm on what feed-forward adds to the residual stream.
    var feedForwardOutputNorm: String?
    var experts: ExpertNames?
    var finalNorm: String
    var head = "lm_head"
    /// The order of the linear maps' matrices in the file.
    var layout = WeightMatrix.Layout.outputMajor
    /// Tensors that the configuration is made from.
    var configurationTensors: [String] = []
    /// Endings of buffers that old checkpoints carry and that hold nothing learned.
    var ignoredSuffixes: [String] = []
}

/// The names of a feed-forward part.
enum FeedForwardNames: Sendable {
    /// `gate` is nil where there is none.
    case separate(gate: String?, up: String, down: String)
    /// Gate and up projection in one matrix, the gate's outputs first.
    case fused(gateAndUp: String, down: String)

    /// The names of one of many, with its number in place of `#`.
    func numbered(_ number: Int) -> FeedForwardNames {
        switch self {
        case .separate(let gate, let up, let down):
            .separate(
                gate: gate?.numbered(number), up: up.numbered(number), down: down.numbered(number))
        case .fused(let gateAndUp, let down):
            .fused(gateAndUp: gateAndUp.numbered(number), down: down.numbered(number))
        }
    }
}

/// The names of a mixture of experts.
struct ExpertNames: Sendable {
    var router: String
    /// What stands before an expert's names; `#` is its number.
    var expert: String
    /// Whether one tensor a role holds the matrices of all experts, one after the other.
    var areStacked = false
    var feedForward: FeedForwardNames
    /// What stands before the shared expert's names.
    var shared: String?
    var sharedFeedForward: FeedForwardNames?
    var sharedGate: String?
}

/// The names of latent attention's maps.
struct LatentNames: Sendable {
    /// Straight from the residual row, where queries have no latent vector.
    var query: String
    var queryDown: String
    var queryNorm: String
    var queryUp: String
    var keyValueDown: String
    var keyValueNorm: String
    var keyValueUp: String
    /// In place of the last where keys and values are expanded apart: one transposed matrix a head.
    var keyUp: String?
    var valueUp: String?
}

/// How queries, keys and values lie side by side in the outputs of one matrix.
struct FusedOrder: Sendable {
    enum Part: Sendable {
        case key
        case query
        case value
    }

    /// How many runs of all three follow each other.
    enum Groups: Sendable {
        case count(Int)
        /// One run a key-value head, with the query heads it serves.
        case keyValueHeads
    }

    var groups: Groups
    /// The order within a run.
    var parts: [Part]

    /// All queries, then all keys, then all values.
    static let whole = FusedOrder(groups: .count(1), parts: [.query, .key, .value])
    /// Each key-value head with its queries, one after the other.
    static let byHead = FusedOrder(groups: .keyValueHeads, parts: [.query, .key, .value])
}
