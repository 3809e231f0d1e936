internal import ScopeTransformer

/// Where the kept rows of a forward pass lie: planes of attention rows, then of hidden states, each
/// found by its index.
///
/// A plane holds the rows of one head of one layer, or of a layer's mean over heads, one after the
/// other; row `k` of a pass that began at context row `c` has `c + k + 1` weights. Rows here count in
/// the context that the model sees.
struct SignalLayout: Sendable {
    /// The rows of the pass.
    private(set) var rows = 0..<0
    /// Values in all planes.
    private(set) var valueCount = 0
    /// Rows in all planes.
    private(set) var rowCount = 0
    private(set) var headCount = 0
    private var layerCount = 0
    private var hiddenSize = 0
    private var attentionPlaneCount = 0
    /// `headCount + 1` a layer, the last for the mean; −1 where there is none.
    private var attentionPlanes: [Int] = []
    /// `layerCount + 1`; −1 where there is none.
    private var hiddenPlanes: [Int] = []
    /// What blocks compute on their way, behind the other planes.
    private var components = ComponentLayout()

    /// Lays out what a pass over `rows` will send.
    ///
    /// - Complexity: O(layers × heads × wishes); allocates nothing where nothing is wanted, or once it
    ///   has for as large a model.
    mutating func prepare(
        for signals: SignalRequest, of shape: DecoderConfiguration, rows: Range<Int>
    ) {
        self.rows = rows
        layerCount = shape.layerCount
        headCount = shape.queryHeadCount
        hiddenSize = shape.hiddenSize
        valueCount = 0
        rowCount = 0
        attentionPlanes.removeAll(keepingCapacity: true)
        hiddenPlanes.removeAll(keepingCapacity: true)
        attentionPlaneCount = 0
        if !signals.attention.isEmpty { layAttention(signals.attention) }
        var planes = attentionPlaneCount
        if signals.hiddenStates != .none {
            for layer in 0...layerCount {
                let isWanted = signals.hiddenStates.contains(layer)
                hiddenPlanes.append(isWanted ? planes : -1)
                planes += isWanted ? 1 : 0
            }
        }
        rowCount = planes * rows.count
        valueCount =
            attentionPlaneCount * start(ofRow: rows.count)
            + (planes - attentionPlaneCount) * rows.count * hiddenSize
        components.prepare(
            for: signals.components, of: shape, rows: rows, firstRow: rowCount,
            firstValue: valueCount)
        rowCount += components.rowCount
        valueCount += components.valueCount
    }

    private mutating func layAttention(_ wishes: [AttentionRequest]) {
        for layer in 0..<layerCount {
            for head in 0...headCount {
                let isWanted = wishes.contains { wish in
                    wish.rows.overlaps(rows) && wish.layers.contains(layer)
                        && (head == headCount
                            ? wish.heads == .mean : wish.heads.contains(QueryHead(head)))
                }
                attentionPlanes.append(isWanted ? attentionPlaneCount : -1)
                attentionPlaneCount += isWanted ? 1 : 0
            }
        }
    }

    /// The weights that a plane's rows before the pass's `row`th have.
    private func start(ofRow row: Int) -> Int {
        row * rows.lowerBound + row * (row + 1) / 2
    }

    /// A row's number among all rows, and its values; `head` is nil for the mean.
    func attention(layer: Int, head: Int?, row: Int) -> (row: Int, values: Range<Int>)? {
        guard !attentionPlanes.isEmpty, rows.contains(row), (0..<layerCount).contains(layer),
            (0..<headCount).contains(head ?? 0)
        else { return nil }
        let plane = attentionPlanes[layer * (headCount + 1) + (head ?? headCount)]
        guard plane >= 0 else { return nil }
        let place = row - rows.lowerBound
        let start = plane * start(ofRow: rows.count) + start(ofRow: place)
        return (row: plane * rows.count + place, values: start..<start + row + 1)
    }

    /// A row's number among all rows, and its values.
    func hiddenState(layer: Int, row: Int) -> (row: Int, values: Range<Int>)? {
        guard rows.contains(row), hiddenPlanes.indices.contains(layer) else { return nil }
        let plane = hiddenPlanes[layer]
        guard plane >= 0 else { return nil }
        let place = row - rows.lowerBound
        let start =
            attentionPlaneCount * start(ofRow: rows.count)
            + ((plane - attentionPlaneCount) * rows.count + place) * hiddenSize
        return (row: plane * rows.count + place, values: start..<start + hiddenSize)
    }

    /// A row's number among all rows, and its values.
    func component(
        _ component: LayerComponent, layer: Int, row: Int
    ) -> (row: Int, values: Range<Int>)? {
        guard rows.contains(row), (0..<layerCount).contains(layer) else { return nil }
        return components.place(of: component, layer: layer, row: row - rows.lowerBound)
    }
}
