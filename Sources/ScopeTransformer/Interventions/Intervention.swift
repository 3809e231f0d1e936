public import ScopeTensor

/// A change to what a forward pass computes, at given layers and rows.
///
/// Rows are positions of the lane's sequence, counted from its first token, so that an intervention
/// goes on applying while a text is decoded. Several interventions at one place apply in order.
///
/// Keys and values that come of a changed pass stay in the lane's cache: they belong to the changed
/// run. A cache that was forked before the pass stays as it was.
public enum Intervention<Scalar: TensorScalar>: Equatable, Sendable {
    /// Rows of a state become others.
    case edit(StateEdit<Scalar>)
    /// Queries no longer see keys.
    case cut(AttentionCut)

    /// Every row there can be.
    public static var allRows: Range<Int> { AttentionRequest.allRows }
}

/// How rows of a state become others.
public enum StateChange<Scalar: TensorScalar>: Equatable, Sendable {
    /// The rows take these values: one row for all of them, or one for each.
    case replace(Tensor<Scalar>)
    /// These values are added: one row for all, or one for each.
    case add(Tensor<Scalar>)
    /// Every value is multiplied by a factor, which is rounded to the model's scalar; 0 takes the
    /// state out (zero ablation).
    case scale(Double)
}

/// A change of rows of a state.
public struct StateEdit<Scalar: TensorScalar>: Equatable, Sendable {
    /// The place in the block.
    public var site: StateSite
    /// The layers.
    public var layers: LayerSelection
    /// The rows.
    public var rows: Range<Int>
    /// Which part of the rows; where it is some heads, values are given in the order of their numbers.
    public var part: StatePart
    /// What happens to them.
    public var change: StateChange<Scalar>

    /// Describes a change.
    public init(
        _ site: StateSite, layers: LayerSelection = .all,
        rows: Range<Int> = AttentionRequest.allRows, part: StatePart = .whole,
        _ change: StateChange<Scalar>
    ) {
        self.site = site
        self.layers = layers
        self.rows = rows
        self.part = part
        self.change = change
    }
}

/// Edges of attention that are cut before the softmax, so that the rest is renormalised
/// (attention knockout: Geva et al., 2023, arXiv 2304.14767).
///
/// A query whose every visible key is cut gives each of them a weight of 0, and the head gives 0.
public struct AttentionCut: Equatable, Sendable {
    /// The layers.
    public var layers: LayerSelection
    /// The query heads; a mean is no head and is refused.
    public var heads: HeadSelection
    /// The rows of the queries.
    public var queries: Range<Int>
    /// The rows of the keys.
    public var keys: Range<Int>

    /// Names edges; by default all of them.
    public init(
        layers: LayerSelection = .all, heads: HeadSelection = .all,
        queries: Range<Int> = AttentionRequest.allRows,
        keys: Range<Int> = AttentionRequest.allRows
    ) {
        self.layers = layers
        self.heads = heads
        self.queries = queries
        self.keys = keys
    }
}

extension Intervention {
    /// Rows of a state take other values.
    ///
    /// - Parameters:
    ///   - site: The place in the block.
    ///   - layer: The layer.
    ///   - rows: The rows.
    ///   - part: Which part of the rows.
    ///   - values: One row for all, or one for each; as wide as the part.
    /// - Returns: The intervention.
    public static func replace(
        _ site: StateSite, layer: Int, rows: Range<Int>, part: StatePart = .whole,
        with values: Tensor<Scalar>
    ) -> Self {
        .edit(
            StateEdit(site, layers: .layers([layer]), rows: rows, part: part, .replace(values)))
    }

    /// Values are added to rows of a state (activation addition: Turner et al., 2023,
    /// arXiv 2308.10248).
    ///
    /// - Parameters:
    ///   - values: One row for all, or one for each; as wide as the part.
    ///   - site: The place in the block.
    ///   - layer: The layer.
    ///   - rows: The rows.
    ///   - part: Which part of the rows.
    /// - Returns: The intervention.
    public static func add(
        _ values: Tensor<Scalar>, to site: StateSite, layer: Int,
        rows: Range<Int> = AttentionRequest.allRows, part: StatePart = .whole
    ) -> Self {
        .edit(StateEdit(site, layers: .layers([layer]), rows: rows, part: part, .add(values)))
    }

    /// Rows of a state are multiplied by a factor.
    ///
    /// - Parameters:
    ///   - site: The place in the block.
    ///   - layers: The layers.
    ///   - rows: The rows.
    ///   - part: Which part of the rows.
    ///   - factor: The factor.
    /// - Returns: The intervention.
    public static func scale(
        _ site: StateSite, layers: LayerSelection = .all,
        rows: Range<Int> = AttentionRequest.allRows, part: StatePart = .whole, by factor: Double
    ) -> Self {
        .edit(StateEdit(site, layers: layers, rows: rows, part: part, .scale(factor)))
    }

    /// Queries no longer see keys.
    ///
    /// - Parameters:
    ///   - layers: The layers.
    ///   - heads: The query heads.
    ///   - queries: The rows of the queries.
    ///   - keys: The rows of the keys.
    /// - Returns: The intervention.
    public static func knockOut(
        layers: LayerSelection = .all, heads: HeadSelection = .all, queries: Range<Int>,
        keys: Range<Int>
    ) -> Self {
        .cut(AttentionCut(layers: layers, heads: heads, queries: queries, keys: keys))
    }

    /// Heads give 0, and their weights are 0.
    ///
    /// - Parameters:
    ///   - heads: The query heads.
    ///   - layers: The layers.
    ///   - rows: The rows of the queries.
    /// - Returns: The intervention.
    public static func knockOut(
        _ heads: Set<QueryHead>, layers: LayerSelection,
        rows: Range<Int> = AttentionRequest.allRows
    ) -> Self {
        .cut(AttentionCut(layers: layers, heads: .heads(heads), queries: rows))
    }
}
