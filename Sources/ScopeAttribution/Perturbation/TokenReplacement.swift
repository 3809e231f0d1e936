/// What it means that a token is not there.
///
/// Three different questions: an embedding that is replaced leaves the position, which keeps its share
/// of attention and, in families with biases, keys and values of its own; a masked one is gone for
/// those that follow, while its row goes through the model as it is.
public enum TokenReplacement: String, CaseIterable, Sendable {
    /// The token's column is removed from the attention of every later query, in all layers and
    /// heads. The row that predicts the target goes on seeing itself: masking it changes nothing.
    case attentionMask = "attention-mask"
    /// The token's embedding becomes the mean of the rows of the embedding table.
    case meanEmbedding = "mean-embedding"
    /// The token's embedding becomes zeros, before any factor.
    case zero
}
