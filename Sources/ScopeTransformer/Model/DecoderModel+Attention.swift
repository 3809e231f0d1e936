internal import ScopeTensor

extension DecoderModel {
    /// One residual row's attention over its lane's cache, all heads, into `buffers.context`.
    func attend(
        _ row: Int, at place: RowPlace, layer: Int, _ lane: Lane<Scalar>,
        _ buffers: inout WorkspaceBuffers<Scalar>, _ sink: inout some SignalSink<Scalar>
    ) {
        let visible = place.row + 1
        if buffers.scores.count < visible {
            buffers.scores.append(
                contentsOf: repeatElement(0, count: 2 * visible - buffers.scores.count))
        }
        let width = configuration.headDimension
        let group = configuration.queryHeadCount / configuration.keyValueHeadCount
        let wanted = lane.signals.attention.contains(layer)
        let scale = Scalar(configuration.attentionScale)
        for head in 0..<configuration.queryHeadCount {
            let query = buffers.query.row(row).extracting(head * width..<(head + 1) * width)
            lane.cache.forEachPage(rows: visible) { page, rows in
                var whole = buffers.scores.mutableSpan
                var scores = whole.extracting(rows)
                algebra.dotRows(
                    query, page.keys(layer: layer, head: head / group, rows: rows.count),
                    scale: scale, into: &scores)
            }
            do {
                var whole = buffers.scores.mutableSpan
                var scores = whole.extracting(0..<visible)
                algebra.softmax(&scores)
            }
            let output = row * buffers.context.columns + head * width
            do {
                var context = buffers.context.mutableSpan
                for scalar in output..<output + width { context[scalar] = 0 }
            }
            lane.cache.forEachPage(rows: visible) { page, rows in
                var context = buffers.context.mutableSpan
                var target = context.extracting(output..<output + width)
                algebra.addWeightedRows(
                    buffers.scores.span.extracting(rows),
                    page.values(layer: layer, head: head / group, rows: rows.count), to: &target)
            }
            if wanted {
                sink.attention(
                    buffers.scores.span.extracting(0..<visible), layer: layer,
                    head: QueryHead(head), at: place)
            }
        }
    }
}
