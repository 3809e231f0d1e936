internal import ScopeTensor

extension DecoderModel {
    /// Refuses lanes whose interventions have no place in this model.
    func checkEdits(_ lanes: [Lane<Scalar>]) throws(ModelFailure) {
        for lane in lanes.indices where !lanes[lane].edits.isEmpty {
            for (index, edit) in lanes[lane].edits.enumerated() {
                do {
                    try edit.check(configuration)
                } catch {
                    throw .intervention(lane: lane, index: index, error)
                }
            }
        }
    }

    /// Changes the rows of a state as the lanes wish, then sends what they ask for.
    ///
    /// Nothing is touched where no lane wishes or asks.
    func settle(
        _ site: StateSite, layer: Int, _ lanes: [Lane<Scalar>], _ batch: Batch<Scalar>,
        _ state: inout Tensor<Scalar>, _ sink: inout some SignalSink<Scalar>
    ) {
        for lane in lanes.indices where !lanes[lane].edits.isEmpty {
            for case .edit(let edit) in lanes[lane].edits
            where edit.site == site && edit.layers.contains(layer) {
                apply(edit, to: &state, rows: batch.rows(ofLane: lane), batch)
            }
        }
        for lane in lanes.indices where lanes[lane].signals.wantsState(site, layer: layer) {
            for row in batch.rows(ofLane: lane) where !batch.isSilent(row) {
                sink.state(state.row(row), site: site, layer: layer, at: batch.places[row])
            }
        }
    }

    private func apply(
        _ edit: StateEdit<Scalar>, to state: inout Tensor<Scalar>, rows: Range<Int>,
        _ batch: Batch<Scalar>
    ) {
        let runs = edit.runs(configuration)
        for row in rows where edit.rows.contains(batch.places[row].row) {
            let offset = batch.places[row].row - edit.rows.lowerBound
            var values = state.mutableRow(row)
            switch edit.change {
            case .replace(let new):
                let source = new.row(new.rows == 1 ? 0 : offset)
                for (place, column) in runs.joined().enumerated() { values[column] = source[place] }
            case .add(let summand):
                let source = summand.row(summand.rows == 1 ? 0 : offset)
                for (place, column) in runs.joined().enumerated() {
                    values[column] += source[place]
                }
            case .scale(let factor):
                let factor = Scalar(factor)
                for column in runs.joined() { values[column] *= factor }
            }
        }
    }
}

extension Lane {
    /// The edges that are cut in a layer; nil where none is.
    func attentionMask(layer: Int) -> AttentionMask? {
        if edits.isEmpty { return nil }
        var cuts: [AttentionMask.Cut] = []
        for case .cut(let cut) in edits where cut.layers.contains(layer) {
            var heads: Set<Int>?
            if case .heads(let chosen) = cut.heads { heads = Set(chosen.map(\.index)) }
            cuts.append(
                AttentionMask.Cut(heads: heads, queries: cut.queries, keys: cut.keys))
        }
        return cuts.isEmpty ? nil : AttentionMask(cuts)
    }
}
