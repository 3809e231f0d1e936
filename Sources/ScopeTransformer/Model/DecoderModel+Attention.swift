internal import ScopeTensor

extension DecoderModel {
    /// One residual row's attention over its lane's cache, all heads.
    ///
    /// - Parameters:
    ///   - row: The row of `queries` and `contexts`.
    ///   - queries: Rows of `queryHeads × headDimension`.
    ///   - place: Where the row stands; it sees the positions `0…place.row`.
    ///   - layer: The decoder block.
    ///   - lane: Whose cache is read and whose request is served.
    ///   - scores: Scratch for one row of weights.
    ///   - contexts: Receives the weighted values, shaped as `queries`.
    ///   - sink: Receives the rows that the lane asks for.
    func attend(
        _ row: Int, of queries: Tensor<Scalar>, at place: RowPlace, layer: Int,
        _ lane: Lane<Scalar>, scores: inout [Scalar], into contexts: inout Tensor<Scalar>,
        _ sink: inout some SignalSink<Scalar>
    ) {
        let visible = place.row + 1
        if scores.count < visible {
            scores.append(contentsOf: repeatElement(0, count: 2 * visible - scores.count))
        }
        let width = configuration.headDimension
        let group = configuration.queryHeadCount / configuration.keyValueHeadCount
        let wanted = lane.signals.attention.contains(layer)
        let pages = lane.cache.pages(rows: visible)
        let query = queries.row(row)
        var context = contexts.mutableRow(row)
        context.update(repeating: 0)
        for head in 0..<configuration.queryHeadCount {
            let channels = head * width..<(head + 1) * width
            weigh(
                query.extracting(channels), pages, visible, layer: layer, head: head / group,
                into: &scores)
            var target = context.part(channels)
            for (number, page) in pages.enumerated() {
                let rows = KVCache<Scalar>.rows(ofPage: number, upTo: visible)
                algebra.addWeightedRows(
                    scores.span.extracting(rows),
                    page.values(layer: layer, head: head / group, rows: rows.count), to: &target)
            }
            if wanted {
                sink.attention(
                    scores.span.extracting(0..<visible), layer: layer, head: QueryHead(head),
                    at: place)
            }
        }
    }

    /// The softmax of a query's scaled products with the `visible` keys of a head.
    private func weigh(
        _ query: Span<Scalar>, _ pages: ArraySlice<KVPage<Scalar>>, _ visible: Int, layer: Int,
        head: Int, into scores: inout [Scalar]
    ) {
        let scale = Scalar(configuration.attentionScale)
        var whole = scores.mutableSpan
        for (number, page) in pages.enumerated() {
            let rows = KVCache<Scalar>.rows(ofPage: number, upTo: visible)
            var part = whole.part(rows)
            algebra.dotRows(
                query, page.keys(layer: layer, head: head, rows: rows.count), scale: scale,
                into: &part)
        }
        var row = whole.part(0..<visible)
        algebra.softmax(&row)
    }
}
