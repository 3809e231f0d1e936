internal import ScopeTensor

extension DecoderModel {
    /// Attention of every row over its lane's cache.
    ///
    /// The rows of a lane go through together; where the lane asks for weights, one by one, so that
    /// no more than a row's are ever kept.
    func attend(
        layer: Int, _ lanes: [Lane<Scalar>], _ batch: Batch<Scalar>,
        _ buffers: inout WorkspaceBuffers<Scalar>, _ sink: inout some SignalSink<Scalar>
    ) {
        buffers.context.resize(rows: batch.rowCount)
        let longest = batch.places.reduce(0) { max($0, $1.row + 1) }
        var rule = rule(ofLayer: layer, biases: buffers.attention.biases(longest, configuration))
        for (index, lane) in lanes.enumerated() {
            let rows = batch.rows(ofLane: index)
            guard let first = rows.first else { continue }
            let position = batch.places[first].row
            rule.mask = lane.attentionMask(layer: layer)
            func isWatched(_ row: Int) -> Bool {
                !batch.isSilent(row)
                    && lane.signals.wantsAttention(layer: layer, row: batch.places[row].row)
            }
            let together = rows.prefix { !isWatched($0) }
            algebra.attend(
                buffers.query, rows: together, from: position, over: lane.cache.pages,
                layer: layer, rule, keepsWeights: false, in: &buffers.attention.weights,
                into: &buffers.context)
            for row in rows[together.endIndex...] {
                let place = batch.places[row]
                algebra.attend(
                    buffers.query, rows: row..<row + 1, from: place.row, over: lane.cache.pages,
                    layer: layer, rule, keepsWeights: isWatched(row),
                    in: &buffers.attention.weights, into: &buffers.context)
                for head in 0..<configuration.queryHeadCount
                where lane.signals.wantsAttention(
                    layer: layer, head: QueryHead(head), row: place.row)
                {
                    sink.attention(
                        buffers.attention.weights.weights(ofHead: head, count: place.row + 1),
                        layer: layer, head: QueryHead(head), at: place)
                }
            }
        }
    }

    func rule(
        ofLayer layer: Int, biases: AttentionRule<Scalar>.Bias
    ) -> AttentionRule<Scalar> {
        AttentionRule(
            queryHeads: configuration.queryHeadCount,
            keyValueHeads: configuration.keyValueHeadCount, scale: configuration.attentionScale,
            softCap: configuration.attentionSoftCap, window: configuration.layers[layer].window,
            bias: biases)
    }
}
