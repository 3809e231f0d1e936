public import ScopeTensor

/// One sequence's share of a forward pass; a batch is several lanes, without padding.
public struct Lane<Scalar: TensorScalar>: Sendable {
    /// Which rows of a lane get logits.
    public enum LogitRows: Equatable, Sendable {
        /// Every row of this pass.
        case all
        /// The last row of this pass.
        case last
        /// No row: the pass only fills the cache.
        case none
    }

    /// The ids to go through, in order.
    public var tokens: [Int]
    /// What came before; grows by `tokens` when the pass succeeds and is left alone when it throws.
    public var cache: KVCache<Scalar>
    /// Which rows get logits.
    public var logits: LogitRows
    /// What else is lent.
    public var signals: SignalRequest
    /// The length of the text that this pass is a part of, where a text is fed in several passes.
    ///
    /// It defines rotations that change with the text's length. Nil: the length after this pass.
    public var textLength: Int?
    /// Rows that stand in the place of the embedding table's, before any factor, by position; hidden
    /// size each. Positions outside the pass do not matter.
    public var embeddings: [Int: [Scalar]] = [:]

    /// Creates a lane.
    public init(
        tokens: [Int], cache: KVCache<Scalar>, logits: LogitRows = .last,
        signals: SignalRequest = SignalRequest(), textLength: Int? = nil
    ) {
        self.tokens = tokens
        self.cache = cache
        self.logits = logits
        self.signals = signals
        self.textLength = textLength
    }
}
