internal import ScopeTensor
internal import ScopeTransformer

/// Keeps the final hidden states that a pass over several variants sends.
struct VariantSink: SignalSink {
    /// The layer that stands for the final norm's output.
    let layer: Int
    /// The rows that each lane is asked for.
    let rows: [Set<Int>]
    private(set) var states: [RowPlace: Tensor<Float>] = [:]

    init(layer: Int, rows: [Set<Int>]) {
        self.layer = layer
        self.rows = rows
    }

    mutating func beginLayer(_ layer: Int) throws(ModelFailure) {
        if Task.isCancelled { throw .cancelled }
    }

    mutating func hiddenState(_ values: Span<Float>, layer: Int, at place: RowPlace) {
        guard layer == self.layer, rows[place.lane].contains(place.row) else { return }
        states[place] = Tensor(vector: values.indices.map { values[$0] })
    }

    mutating func logits(_ logits: Span<Float>, at place: RowPlace) {}
}
