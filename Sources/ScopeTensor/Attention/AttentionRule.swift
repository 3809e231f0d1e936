/// What attention computes from queries, keys and values.
///
/// A query sees the positions up to its own, or the last ones of them that the window spans. Query
/// head `h` reads key-value head `h / (queryHeads / keyValueHeads)`.
public struct AttentionRule<Scalar: TensorScalar>: Sendable {
    /// What is added to a score before the softmax.
    public enum Bias: Sendable {
        /// Nothing.
        case none
        /// `slopes[head]`, rounded to `Scalar`, times the key's position less the query's
        /// (ALiBi, arXiv 2108.12409).
        case slopes([Double])
        /// `table[head * stride + position]` of the key's position.
        case positions(table: [Scalar], stride: Int)
    }

    /// The heads of a row of queries.
    public var queryHeads: Int
    /// The heads of a position of the cache, which divide the query heads.
    public var keyValueHeads: Int
    /// The factor on scores.
    public var scale: Double
    /// What no score's magnitude exceeds: scores become `cap · tanh(score / cap)`.
    public var softCap: Double?
    /// How many positions a query sees at most, its own included.
    public var window: Int?
    /// What is added to scores.
    public var bias: Bias
    /// Edges that are cut; nil where none is.
    public var mask: AttentionMask?

    /// Makes a rule; by default nothing but the scaled product counts.
    public init(
        queryHeads: Int, keyValueHeads: Int, scale: Double, softCap: Double? = nil,
        window: Int? = nil, bias: Bias = .none, mask: AttentionMask? = nil
    ) {
        precondition(
            keyValueHeads > 0 && queryHeads % keyValueHeads == 0,
            "the key-value heads do not divide the query heads")
        self.queryHeads = queryHeads
        self.keyValueHeads = keyValueHeads
        self.scale = scale
        self.softCap = softCap
        self.window = window
        self.bias = bias
        self.mask = mask
    }

    /// The query heads that read one key-value head.
    var group: Int { queryHeads / keyValueHeads }

    /// The positions that a query sees.
    func visible(from position: Int) -> Range<Int> {
        let end = position + 1
        return max(0, end - (window ?? end))..<end
    }
}
