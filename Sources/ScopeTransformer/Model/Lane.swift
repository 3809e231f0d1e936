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
    /// What is changed on the way; empty for the model as it is, to the bit and at no cost.
    ///
    /// Keys and values that come of changed rows stay in ``cache``: they belong to the changed run,
    /// while a cache forked before stays clean. A pass changes the rows that go through in it; where a
    /// rotation changes with the text's length, rows that are gone through again are changed as this
    /// pass says.
    public var edits: [Intervention<Scalar>]
    /// The length of the text that this pass is a part of, where a text is fed in several passes.
    ///
    /// It defines rotations that change with the text's length. Nil: the length after this pass.
    public var textLength: Int?
    /// Rows that stand in the place of the embedding table's, by position.
    ///
    /// Hidden size each, before any factor. Positions outside the pass do not matter.
    public var embeddings: [Int: [Scalar]] = [:]

    /// Creates a lane.
    public init(
        tokens: [Int], cache: KVCache<Scalar>, logits: LogitRows = .last,
        signals: SignalRequest = SignalRequest(), edits: [Intervention<Scalar>] = [],
        textLength: Int? = nil
    ) {
        self.tokens = tokens
        self.cache = cache
        self.logits = logits
        self.signals = signals
        self.edits = edits
        self.textLength = textLength
    }
}
