internal import ScopeTensor

extension DecoderModel {
    /// One residual row's attention over its lane's cache, all heads.
    ///
    /// - Parameters:
    ///   - row: The row of `queries` and `contexts`.
    ///   - queries: Rows of `queryHeads × headDimension`.
    ///   - place: Where the row stands; it sees the positions up to `place.row`, or the last ones
    ///     of them that the layer's window spans.
    ///   - layer: The decoder block.
    ///   - lane: Whose cache is read and whose request is served.
    ///   - isSilent: Whether nobody is to hear of the row.
    ///   - buffers: Scratch for one row of weights.
    ///   - contexts: Receives the weighted values, rows of `queryHeads × valueDimension`.
    ///   - sink: Receives the rows that the lane asks for.
    func attend(
        _ row: Int, of queries: Tensor<Scalar>, at place: RowPlace, layer: Int,
        _ lane: Lane<Scalar>, isSilent: Bool, _ buffers: inout AttentionBuffers<Scalar>,
        into contexts: inout Tensor<Scalar>, _ sink: inout some SignalSink<Scalar>
    ) {
        let end = place.row + 1
        let window = configuration.layers[layer].window ?? end
        let visible = max(0, end - window)..<end
        buffers.reserve(end, configuration)
        let (width, valueWidth) = (configuration.headDimension, configuration.valueDimension)
        let group = configuration.queryHeadCount / configuration.keyValueHeadCount
        let wanted = !isSilent && lane.signals.wantsAttention(layer: layer, row: place.row)
        let query = queries.row(row)
        var context = contexts.mutableRow(row)
        context.update(repeating: 0)
        for head in 0..<configuration.queryHeadCount {
            weigh(
                query.extracting(head * width..<(head + 1) * width), lane.cache, visible,
                layer: layer, head: head, keyHead: head / group,
                biases: buffers.biases(head: head), into: &buffers.scores)
            var target = context.part(head * valueWidth..<(head + 1) * valueWidth)
            for (page, rows, positions) in lane.cache.runs(visible) {
                algebra.addWeightedRows(
                    buffers.scores.span.extracting(positions),
                    page.values(layer: layer, head: head / group, rows: rows), to: &target)
            }
            if wanted,
                lane.signals.wantsAttention(layer: layer, head: QueryHead(head), row: place.row)
            {
                sink.attention(
                    buffers.scores.span.extracting(0..<end), layer: layer, head: QueryHead(head),
                    at: place)
            }
        }
    }

    /// The softmax of a query's scaled products with the `visible` keys of a head; 0 for the rest.
    private func weigh(
        _ query: Span<Scalar>, _ cache: KVCache<Scalar>, _ visible: Range<Int>, layer: Int,
        head: Int, keyHead: Int, biases: ArraySlice<Scalar>, into scores: inout [Scalar]
    ) {
        let scale = Scalar(configuration.attentionScale)
        var whole = scores.mutableSpan
        for (page, rows, positions) in cache.runs(visible) {
            var part = whole.part(positions)
            algebra.dotRows(
                query, page.keys(layer: layer, head: keyHead, rows: rows), scale: scale,
                into: &part)
        }
        var seen = whole.part(visible)
        if let cap = configuration.attentionSoftCap { algebra.softCap(&seen, cap: cap) }
        if case .linearBias(let bias) = configuration.positions {
            if bias.roundsToBFloat16 {
                let one = [Scalar(1)]
                algebra.addWeightedRows(
                    one.span, biases.span.extracting(visible), to: &seen)
            } else {
                algebra.addSlope(
                    &seen, slope: bias.slopes[head] * bias.scale, firstDistance: 1 - visible.count)
            }
        }
        algebra.softmax(&seen)
        var unseen = whole.part(0..<visible.lowerBound)
        unseen.update(repeating: 0)
    }
}
