/// Memory in which attention's weights are computed; holds one row's after a call that keeps them.
///
/// It grows with the context, never with its square: a few rows of weights a thread at a time.
public struct AttentionWeights<Scalar: TensorScalar>: Sendable {
    var storage: [Scalar] = []
    /// From one head's weights to the next one's.
    private(set) var stride = 0

    /// Makes an empty memory; calls size it.
    public init() {}

    /// The weights of a query head over the positions `0..<count`, as the last call with
    /// `keepsWeights` left them.
    ///
    /// - Parameters:
    ///   - head: the query head.
    ///   - count: the positions up to the query's own.
    /// - Returns: one weight a position; 0 where the query does not see.
    @_lifetime(borrow self)
    public func weights(ofHead head: Int, count: Int) -> Span<Scalar> {
        storage.span.extracting(head * stride..<head * stride + count)
    }

    /// Makes room for `rows` rows over `count` positions, and a little more behind them.
    mutating func reserve(rows: Int, count: Int, beside: Int) {
        let page = KeyValuePage<Scalar>.rowCount
        stride = (count + page - 1) / page * page
        let needed = rows * stride + beside
        // More than asked for: the context grows by one position a token.
        if storage.count < needed { storage = Array(repeating: 0, count: needed + needed / 2) }
    }
}
