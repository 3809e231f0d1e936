public import ScopeTransformer

/// Where an attention row comes from: a query head of a layer, or the mean over the layer's heads.
public struct AttentionSource: Hashable, Sendable {
    /// The decoder block, from 0.
    public var layer: Int
    /// The query head; nil for the arithmetic mean over all of them.
    public var head: QueryHead?

    /// Names a source.
    public init(layer: Int, head: QueryHead?) {
        self.layer = layer
        self.head = head
    }

    /// The source as part of a metric's name: `l3_h2`, or `l3_mean`.
    public var suffix: String {
        "l\(layer)_" + (head.map { "h\($0.index)" } ?? "mean")
    }
}

extension DecodingStep {
    /// The attention row of a source that predicted this token; see ``attention(layer:head:)`` and
    /// ``meanAttention(layer:)``.
    ///
    /// - Parameter source: A head, or the mean of a layer's heads.
    /// - Returns: One weight for each of the ``contextLength`` tokens before this one; nil where
    ///   nobody asked for the row.
    @_lifetime(copy self)
    public func attention(_ source: AttentionSource) -> Span<Float>? {
        guard let head = source.head else { return meanAttention(layer: source.layer) }
        return attention(layer: source.layer, head: head)
    }
}
