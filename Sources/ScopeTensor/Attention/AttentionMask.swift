/// Edges of attention that are cut: which queries no longer see which keys.
///
/// A cut edge's score is −∞ before the softmax, so that its weight is 0 and the others are
/// renormalised. A query that sees nothing any more has weights of 0 only, and its head gives 0.
public struct AttentionMask: Equatable, Sendable {
    /// All edges from some queries to some keys, of some heads.
    public struct Cut: Equatable, Sendable {
        /// The query heads; nil for all of them.
        public var heads: Set<Int>?
        /// The positions of the queries.
        public var queries: Range<Int>
        /// The positions of the keys.
        public var keys: Range<Int>

        /// Names edges.
        public init(heads: Set<Int>?, queries: Range<Int>, keys: Range<Int>) {
            self.heads = heads
            self.queries = queries
            self.keys = keys
        }

        /// The keys of `visible` that a head's query at `position` no longer sees.
        func hidden(of visible: Range<Int>, head: Int, position: Int) -> Range<Int> {
            guard queries.contains(position), heads?.contains(head) ?? true else {
                return visible.lowerBound..<visible.lowerBound
            }
            return keys.clamped(to: visible)
        }
    }

    /// The cuts; their order is of no meaning.
    public var cuts: [Cut]

    /// Makes a mask.
    public init(_ cuts: [Cut]) {
        self.cuts = cuts
    }

    /// Makes the scores of cut edges −∞.
    ///
    /// - Parameters:
    ///   - scores: one score for each position of `visible`, the query's own last.
    ///   - visible: the positions that the query sees.
    ///   - head: the query head.
    /// - Returns: whether the query still sees a position.
    func hide<Scalar: TensorScalar>(
        _ scores: inout MutableSpan<Scalar>, of visible: Range<Int>, head: Int
    ) -> Bool {
        var isTouched = false
        for cut in cuts {
            let hidden = cut.hidden(of: visible, head: head, position: visible.upperBound - 1)
            for position in hidden { scores[position - visible.lowerBound] = -.infinity }
            isTouched = isTouched || !hidden.isEmpty
        }
        guard isTouched else { return true }
        for place in scores.indices where scores[place] > -.infinity { return true }
        return false
    }
}
