internal import ScopeTensor

extension DecoderModel {
    /// Sends the rows of a component that lanes ask for.
    func sendRows(
        _ component: LayerComponent, _ rows: Tensor<Scalar>, layer: Int, _ lanes: [Lane<Scalar>],
        _ batch: Batch<Scalar>, _ sink: inout some SignalSink<Scalar>
    ) {
        for row in rowsWanted(component, layer: layer, lanes, batch) {
            sink.component(rows.row(row), component, layer: layer, at: batch.places[row])
        }
    }

    /// Sends what heads and bias have in what attention adds, before the norm and the factor behind its
    /// output matrix have gone over `buffers.attended`.
    func sendAttentionShares(
        _ layer: LayerWeights<Scalar>, index: Int, _ lanes: [Lane<Scalar>],
        _ batch: Batch<Scalar>, _ buffers: WorkspaceBuffers<Scalar>,
        _ sink: inout some SignalSink<Scalar>
    ) {
        sendBias(
            .attentionBias, layer.attentionOutput.bias, layer.attentionOutputNorm,
            buffers.attended, layer: index, lanes, batch, &sink)
        let wanted = rowsWanted(.attentionHeads, layer: index, lanes, batch)
        if wanted.isEmpty { return }
        let heads = configuration.queryHeadCount
        let width = configuration.valueDimension
        // As for value products: a row a head, which is 0 outside the head's places, and one position at
        // a time.
        var spread = Tensor<Scalar>(rows: heads, columns: buffers.context.columns)
        var outputs = Tensor<Scalar>(rows: heads, columns: configuration.hiddenSize)
        for row in wanted {
            let source = row * buffers.context.columns
            for head in 0..<heads {
                let target = head * spread.columns + head * width
                spread.storage.replaceSubrange(
                    target..<target + width,
                    with: buffers.context.storage[
                        source + head * width..<source + (head + 1) * width])
            }
            algebra.multiply(spread, by: layer.attentionOutput.weights, bias: nil, into: &outputs)
            if let update = frozenUpdate(
                layer.attentionOutputNorm, at: buffers.attended.row(row))
            {
                for head in 0..<heads {
                    let range = head * outputs.columns..<(head + 1) * outputs.columns
                    let share = update.share(of: outputs.storage[range].map { Double($0) })
                    outputs.storage.replaceSubrange(range, with: share.map { Scalar($0) })
                }
            }
            sink.component(
                outputs.span, .attentionHeads, layer: index, at: batch.places[row])
        }
    }

    /// Sends what the last bias of feed-forward has in what it adds, before the norm and the factor
    /// behind it have gone over `buffers.update`.
    func sendFeedForwardBias(
        _ layer: LayerWeights<Scalar>, index: Int, _ lanes: [Lane<Scalar>],
        _ batch: Batch<Scalar>, _ buffers: WorkspaceBuffers<Scalar>,
        _ sink: inout some SignalSink<Scalar>
    ) {
        var bias: Tensor<Scalar>?
        if case .dense(let weights) = layer.feedForward { bias = weights.down.bias }
        sendBias(
            .feedForwardBias, bias, layer.feedForwardOutputNorm, buffers.update, layer: index,
            lanes, batch, &sink)
    }

    private func sendBias(
        _ component: LayerComponent, _ bias: Tensor<Scalar>?, _ norm: NormWeights<Scalar>?,
        _ whole: Tensor<Scalar>, layer: Int, _ lanes: [Lane<Scalar>], _ batch: Batch<Scalar>,
        _ sink: inout some SignalSink<Scalar>
    ) {
        guard bias != nil || norm?.shift != nil else { return }
        for row in rowsWanted(component, layer: layer, lanes, batch) {
            var share = bias?.storage.map { Double($0) }
            if let update = frozenUpdate(norm, at: whole.row(row)) {
                share = share.map { update($0) } ?? update.shift
            }
            let values = (share ?? []).map { Scalar($0) }
            sink.component(values.span, component, layer: layer, at: batch.places[row])
        }
    }

    /// The norm, frozen at a row, and the factor on what is added to the residual stream; nil where
    /// there is neither.
    func frozenUpdate(_ norm: NormWeights<Scalar>?, at row: Span<Scalar>) -> FrozenNorm? {
        let scale = configuration.residualScale
        if let norm { return FrozenNorm(norm, at: row, configuration).scaled(by: scale) }
        guard scale != 1 else { return nil }
        return FrozenNorm(factors: Array(repeating: scale, count: configuration.hiddenSize))
    }

    private func rowsWanted(
        _ component: LayerComponent, layer: Int, _ lanes: [Lane<Scalar>], _ batch: Batch<Scalar>
    ) -> [Int] {
        // The usual case, in which nothing is looked at row by row.
        if lanes.allSatisfy({ $0.signals.components.isEmpty }) { return [] }
        return batch.places.indices.filter { row in
            let place = batch.places[row]
            return !batch.isSilent(row)
                && lanes[place.lane].signals.wants(component, layer: layer, row: place.row)
        }
    }
}
