extension LinearAlgebra {
    /// Attention, row by row and head by head, from the algebra's operations on rows.
    ///
    /// - Parameters:
    ///   - queries: rows × (query heads × head dimension), of neighbouring positions.
    ///   - rows: which of the rows.
    ///   - position: the position of the first of them.
    ///   - pages: the sequence's keys and values, up to the last position.
    ///   - layer: the decoder block.
    ///   - rule: what is computed.
    ///   - keepsWeights: whether `weights` keeps the row's; for a single row.
    ///   - weights: scratch.
    ///   - contexts: rows × (query heads × value dimension).
    /// - Complexity: O(rows × positions).
    public func attend(
        _ queries: Tensor<Scalar>, rows: Range<Int>, from position: Int,
        over pages: [KeyValuePage<Scalar>], layer: Int, _ rule: AttentionRule<Scalar>,
        keepsWeights: Bool, in weights: inout AttentionWeights<Scalar>,
        into contexts: inout Tensor<Scalar>
    ) {
        guard !rows.isEmpty else { return }
        checkAttention(queries, rows, position, pages, rule, keepsWeights, contexts)
        let width = queries.columns / rule.queryHeads
        let valueWidth = contexts.columns / rule.queryHeads
        let size = KeyValuePage<Scalar>.rowCount
        weights.reserve(rows: rule.queryHeads, count: position + rows.count, beside: 0)
        let stride = weights.stride
        for row in rows {
            let visible = rule.visible(from: position + row - rows.lowerBound)
            for head in 0..<rule.queryHeads {
                var all = weights.storage.mutableSpan
                var scores = all.part(head * stride..<head * stride + visible.upperBound)
                var unseen = scores.part(0..<visible.lowerBound)
                unseen.update(repeating: 0)
                let query = queries.row(row).extracting(head * width..<(head + 1) * width)
                for (page, part) in parts(of: visible, size) {
                    let keys = pages[page].keyRows(
                        layer: layer, head: head / rule.group, rows: part)
                    var target = scores.part(
                        page * size + part.lowerBound..<page * size + part.upperBound)
                    dotRows(query, keys.span, scale: Scalar(rule.scale), into: &target)
                }
                var seen = scores.part(visible)
                weigh(&seen, visible, head: head, rule)
                var context = contexts.mutableRow(row)
                var target = context.part(head * valueWidth..<(head + 1) * valueWidth)
                target.update(repeating: 0)
                for (page, part) in parts(of: visible, size) {
                    let values = pages[page].valueRows(
                        layer: layer, head: head / rule.group, rows: part)
                    let start = head * stride + page * size
                    addWeightedRows(
                        weights.storage.span.extracting(
                            start + part.lowerBound..<start + part.upperBound),
                        values.span, to: &target)
                }
            }
        }
    }

    /// From scores to weights.
    func weigh(
        _ scores: inout MutableSpan<Scalar>, _ visible: Range<Int>, head: Int,
        _ rule: AttentionRule<Scalar>
    ) {
        if let cap = rule.softCap { softCap(&scores, cap: cap) }
        switch rule.bias {
        case .none: break
        case .slopes(let slopes):
            addSlope(&scores, slope: slopes[head], firstDistance: 1 - visible.count)
        case .positions(let table, let stride):
            for (place, position) in visible.enumerated() {
                scores[place] += table[head * stride + position]
            }
        }
        if let mask = rule.mask, !mask.hide(&scores, of: visible, head: head) {
            scores.update(repeating: 0)
            return
        }
        softmax(&scores)
    }

    /// Positions, page by page: the page and the rows of it.
    private func parts(of positions: Range<Int>, _ size: Int) -> [(page: Int, rows: Range<Int>)] {
        guard let last = positions.last else { return [] }
        return (positions.lowerBound / size...last / size).map { page in
            (
                page: page,
                rows: positions.clamped(to: page * size..<(page + 1) * size).shifted(
                    by: -page * size)
            )
        }
    }

    func checkAttention(
        _ queries: Tensor<Scalar>, _ rows: Range<Int>, _ position: Int,
        _ pages: [KeyValuePage<Scalar>], _ rule: AttentionRule<Scalar>, _ keepsWeights: Bool,
        _ contexts: Tensor<Scalar>
    ) {
        precondition(
            rows.lowerBound >= 0 && rows.upperBound <= min(queries.rows, contexts.rows),
            "there are no such rows")
        precondition(rows.count == 1 || !keepsWeights, "weights are kept of a single row")
        precondition(
            position >= 0
                && position + rows.count <= pages.count * KeyValuePage<Scalar>.rowCount,
            "the pages end before the rows")
        for page in pages {
            precondition(
                page.headCount == rule.keyValueHeads
                    && queries.columns == rule.queryHeads * page.headDimension
                    && contexts.columns == rule.queryHeads * page.valueDimension,
                "the cache has another shape than the rows")
        }
    }
}

extension Range<Int> {
    func shifted(by offset: Int) -> Range<Int> { lowerBound + offset..<upperBound + offset }
}
