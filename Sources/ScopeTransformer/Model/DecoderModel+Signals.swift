internal import ScopeTensor

extension DecoderModel {
    /// Rows that go through the head together: enough to share one pass over its matrix, few enough
    /// that their logits stay small beside the weights.
    static var headRows: Int { 32 }

    func sendHiddenStates(
        _ rows: Tensor<Scalar>, layer: Int, _ lanes: [Lane<Scalar>], _ batch: Batch<Scalar>,
        _ sink: inout some SignalSink<Scalar>
    ) {
        for (row, place) in batch.places.enumerated()
        where !batch.isSilent(row) && lanes[place.lane].signals.hiddenStates.contains(layer) {
            sink.hiddenState(rows.row(row), layer: layer, at: place)
        }
    }

    func predict(
        _ lanes: [Lane<Scalar>], _ batch: Batch<Scalar>, _ buffers: inout WorkspaceBuffers<Scalar>,
        _ sink: inout some SignalSink<Scalar>
    ) {
        let wanted = batch.rowsWithLogits(lanes)
        for start in stride(from: 0, to: wanted.count, by: Self.headRows) {
            let rows = wanted[start..<min(start + Self.headRows, wanted.count)]
            buffers.selected.resize(rows: rows.count)
            let columns = buffers.selected.columns
            for (target, row) in rows.enumerated() {
                buffers.selected.storage.replaceSubrange(
                    target * columns..<(target + 1) * columns,
                    with: buffers.normalized.storage[row * columns..<(row + 1) * columns])
            }
            predict(buffers.selected, into: &buffers.logits)
            for (target, row) in rows.enumerated() {
                sink.logits(buffers.logits.row(target), at: batch.places[row])
            }
        }
    }

    /// The logits of final hidden states.
    func predict(_ hiddenStates: Tensor<Scalar>, into logits: inout Tensor<Scalar>) {
        apply(weights.head, to: hiddenStates, into: &logits)
        if configuration.logitScale != 1 {
            algebra.scale(&logits, by: configuration.logitScale)
        }
        if let cap = configuration.logitSoftCap { algebra.softCap(&logits, cap: cap) }
    }
}
