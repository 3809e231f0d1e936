internal import ScopeTensor

extension DecoderModel {
    /// Attention of every row over its lane's cache.
    ///
    /// All rows go through together, so that lanes with a common beginning read it once; but a lane
    /// whose edges are cut goes by itself, and where a lane asks for weights its rows go one by one,
    /// so that no more than a row's are ever kept.
    func attend(
        layer: Int, _ lanes: [Lane<Scalar>], _ batch: Batch<Scalar>,
        _ buffers: inout WorkspaceBuffers<Scalar>, _ sink: inout some SignalSink<Scalar>
    ) {
        buffers.context.resize(rows: batch.rowCount)
        let longest = batch.places.reduce(0) { max($0, $1.row + 1) }
        var rule = rule(ofLayer: layer, biases: buffers.attention.biases(longest, configuration))
        var together: [AttendedRows<Scalar>] = []
        for (index, lane) in lanes.enumerated() {
            let rows = batch.rows(ofLane: index)
            guard let first = rows.first else { continue }
            func isWatched(_ row: Int) -> Bool {
                !batch.isSilent(row)
                    && lane.signals.wantsAttention(layer: layer, row: batch.places[row].row)
            }
            let unwatched = AttendedRows(
                rows: rows.prefix { !isWatched($0) }, position: batch.places[first].row,
                pages: lane.cache.pages)
            rule.mask = lane.attentionMask(layer: layer)
            if rule.mask == nil {
                if !unwatched.rows.isEmpty { together.append(unwatched) }
            } else {
                attend([unwatched], layer: layer, rule, keepsWeights: false, &buffers)
            }
            for row in rows[unwatched.rows.endIndex...] {
                let place = batch.places[row]
                let alone = AttendedRows(
                    rows: row..<row + 1, position: place.row, pages: lane.cache.pages)
                attend([alone], layer: layer, rule, keepsWeights: isWatched(row), &buffers)
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
        rule.mask = nil
        attend(together, layer: layer, rule, keepsWeights: false, &buffers)
    }

    private func attend(
        _ sequences: [AttendedRows<Scalar>], layer: Int, _ rule: AttentionRule<Scalar>,
        keepsWeights: Bool, _ buffers: inout WorkspaceBuffers<Scalar>
    ) {
        algebra.attend(
            buffers.query, sequences, layer: layer, rule, keepsWeights: keepsWeights,
            in: &buffers.attention.weights, into: &buffers.context)
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
