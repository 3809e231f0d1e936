/// One of a model's query heads; it reads key-value head `index / (queryHeads / keyValueHeads)`.
public struct QueryHead: Hashable, Sendable {
    /// The head's number, from 0.
    public var index: Int

    /// Names a query head.
    public init(_ index: Int) {
        self.index = index
    }
}

/// A choice of query heads, or what they have in common.
public enum HeadSelection: Hashable, Sendable {
    /// Every query head by itself.
    case all
    /// These query heads.
    case heads(Set<QueryHead>)
    /// The arithmetic mean over all query heads, instead of the heads: one row a layer.
    case mean

    /// Whether a head's own row is chosen.
    public func contains(_ head: QueryHead) -> Bool {
        switch self {
        case .all: true
        case .heads(let heads): heads.contains(head)
        case .mean: false
        }
    }

    /// The chosen ones of a model's query heads, in order; none for ``mean``.
    public func chosen(of count: Int) -> [QueryHead] {
        (0..<count).map { QueryHead($0) }.filter { contains($0) }
    }
}
