public import ScopeTensor

/// One of a model's query heads; it reads key-value head `index / (queryHeads / keyValueHeads)`.
public struct QueryHead: Hashable, Sendable {
    /// The head's number, from 0.
    public var index: Int

    /// Names a query head.
    public init(_ index: Int) {
        self.index = index
    }
}

/// Where a row of a forward pass stands: which lane, and which position of that lane's sequence.
public struct RowPlace: Hashable, Sendable {
    /// The lane's place in the batch.
    public var lane: Int
    /// The residual row, counted from the sequence's first token; it predicts the next token.
    public var row: Int

    /// Names a row.
    public init(lane: Int, row: Int) {
        self.lane = lane
        self.row = row
    }
}

/// Receives what a forward pass computes, as spans that are valid for the call only.
///
/// Rows come in order within a lane. Only what the lane's ``SignalRequest`` names is sent.
public protocol SignalSink<Scalar> {
    /// The engine's scalar.
    associatedtype Scalar: TensorScalar

    /// Called before a layer is computed: a place for progress, and to throw when cancelled.
    ///
    /// - Throws: ``ModelFailure/cancelled`` to end the pass; caches stay as they were.
    mutating func beginLayer(_ layer: Int) throws(ModelFailure)

    /// One query row of one head after softmax, over the keys `0…row`.
    mutating func attention(
        _ weights: Span<Scalar>, layer: Int, head: QueryHead, at place: RowPlace)

    /// One residual row; see ``SignalRequest/hiddenStates`` for the meaning of `layer`.
    mutating func hiddenState(_ values: Span<Scalar>, layer: Int, at place: RowPlace)

    /// The logits that predict the token after `place`, one for each entry of the vocabulary.
    mutating func logits(_ logits: Span<Scalar>, at place: RowPlace)
}

extension SignalSink {
    /// Goes on.
    public mutating func beginLayer(_ layer: Int) throws(ModelFailure) {}

    /// Drops the row.
    public mutating func attention(
        _ weights: Span<Scalar>, layer: Int, head: QueryHead, at place: RowPlace
    ) {}

    /// Drops the row.
    public mutating func hiddenState(_ values: Span<Scalar>, layer: Int, at place: RowPlace) {}
}
