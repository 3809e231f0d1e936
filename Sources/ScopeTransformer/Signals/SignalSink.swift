public import ScopeTensor

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

    /// One query row of one head after softmax, over the keys `0…row`; a row's heads come in order.
    mutating func attention(
        _ weights: Span<Scalar>, layer: Int, head: QueryHead, at place: RowPlace)

    /// One residual row; see ``SignalRequest/hiddenStates`` for the meaning of `layer`.
    mutating func hiddenState(_ values: Span<Scalar>, layer: Int, at place: RowPlace)

    /// A row that a block computes on its way.
    ///
    /// - Parameters:
    ///   - values: As many as ``LayerComponent/width(in:)`` says.
    ///   - component: What the row is.
    ///   - layer: The decoder block.
    ///   - place: The row's place.
    mutating func component(
        _ values: Span<Scalar>, _ component: LayerComponent, layer: Int, at place: RowPlace)

    /// The inner products of what the heads of a layer make of one position.
    ///
    /// Head `h` turns position `j` into `f_h(j) = v_h(j) W_h`, where `v_h(j)` is the value that the head
    /// reads (bias included) and `W_h` the head's share of the attention's output matrix (its bias
    /// belongs to no head and is left out; so are a norm and a factor behind the matrix). This gives
    /// `f_g(j) · f_h(j)` for `g ≤ h`: the lower triangle row by row, at `h (h + 1) / 2 + g`. The squares of
    /// the norms of Kobayashi et al. (2020) are its diagonal, and the norm of any weighted sum over
    /// heads follows from it.
    ///
    /// Sent for every position that goes through the model in this pass, those included that are gone
    /// through again because the rotation has changed.
    ///
    /// - Parameters:
    ///   - products: `heads (heads + 1) / 2` values.
    ///   - layer: The decoder block.
    ///   - place: The position `j`.
    mutating func valueProducts(_ products: Span<Scalar>, layer: Int, at place: RowPlace)

    /// One row of a place in a block, as it goes on from there.
    mutating func state(
        _ values: Span<Scalar>, site: StateSite, layer: Int, at place: RowPlace)

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

    /// Drops the row.
    public mutating func component(
        _ values: Span<Scalar>, _ component: LayerComponent, layer: Int, at place: RowPlace
    ) {}

    /// Drops the products.
    public mutating func valueProducts(
        _ products: Span<Scalar>, layer: Int, at place: RowPlace
    ) {}

    /// Drops the row.
    public mutating func state(
        _ values: Span<Scalar>, site: StateSite, layer: Int, at place: RowPlace
    ) {}
}
