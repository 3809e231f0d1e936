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
        let rule = rule(ofLayer: layer, biases: buffers.attention.biases(longest, configuration))
        for (index, lane) in lanes.enumerated() {
            let rows = batch.rows(ofLane: index)
            guard let first = rows.first else { continue }
            let position = batch.places[first].row
            let isWatched = lane.signals.attention.contains(layer)
            let silent = isWatched ? rows.prefix { batch.isSilent($0) } : rows
            algebra.attend(
                buffers.query, rows: silent, from: position, over: lane.cache.pages, layer: layer,
                rule, keepsWeights: false, in: &buffers.attention.weights, into: &buffers.context)
            for row in rows[silent.endIndex...] {
                let place = batch.places[row]
                algebra.attend(
                    buffers.query, rows: row..<row + 1, from: place.row, over: lane.cache.pages,
                    layer: layer, rule, keepsWeights: true, in: &buffers.attention.weights,
                    into: &buffers.context)
                for head in 0..<configuration.queryHeadCount {
                    sink.attention(
                        buffers.attention.weights.weights(ofHead: head, count: place.row + 1),
                        layer: layer, head: QueryHead(head), at: place)
                }
            }
        }
    }

    private func rule(
        ofLayer layer: Int, biases: AttentionRule<Scalar>.Bias
    ) -> AttentionRule<Scalar> {
        AttentionRule(
            queryHeads: configuration.queryHeadCount,
            keyValueHeads: configuration.keyValueHeadCount, scale: configuration.attentionScale,
            softCap: configuration.attentionSoftCap, window: configuration.layers[layer].window,
            bias: biases)
    }
}
