extension LinearAlgebra {
    /// Attention, row by row and head by head, from the algebra's operations on rows.
    ///
    /// - Parameters:
    ///   - queries: rows × (query heads × head dimension).
    ///   - sequences: which rows, each with its sequence's pages.
    ///   - layer: the decoder block.
    ///   - rule: what is computed.
    ///   - keepsWeights: whether `weights` keeps the row's; for a single row.
    ///   - weights: scratch.
    ///   - contexts: rows × (query heads × value dimension).
    /// - Complexity: O(rows × positions).
    public func attend(
        _ queries: Tensor<Scalar>, _ sequences: [AttendedRows<Scalar>], layer: Int,
        _ rule: AttentionRule<Scalar>, keepsWeights: Bool,
        in weights: inout AttentionWeights<Scalar>, into contexts: inout Tensor<Scalar>
    ) {
        checkAttention(queries, sequences, rule, keepsWeights, contexts)
        for sequence in sequences {
            for row in sequence.rows {
                attend(
                    queries, row: row, at: sequence.position + row - sequence.rows.lowerBound,
                    sequence.pages, layer: layer, rule, in: &weights, into: &contexts)
            }
        }
    }

    private func attend(
        _ queries: Tensor<Scalar>, row: Int, at position: Int, _ pages: [KeyValuePage<Scalar>],
        layer: Int, _ rule: AttentionRule<Scalar>, in weights: inout AttentionWeights<Scalar>,
        into contexts: inout Tensor<Scalar>
    ) {
        let width = queries.columns / rule.queryHeads
        let valueWidth = contexts.columns / rule.queryHeads
        let size = KeyValuePage<Scalar>.rowCount
        let visible = rule.visible(from: position)
        weights.reserve(rows: rule.queryHeads, count: visible.upperBound, beside: 0)
        let stride = weights.stride
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
        _ queries: Tensor<Scalar>, _ sequences: [AttendedRows<Scalar>],
        _ rule: AttentionRule<Scalar>, _ keepsWeights: Bool, _ contexts: Tensor<Scalar>
    ) {
        let count = sequences.reduce(0) { $0 + $1.rows.count }
        precondition(count <= 1 || !keepsWeights, "weights are kept of a single row")
        let precision = sequences.first { !$0.pages.isEmpty }?.pages[0].precision
        for sequence in sequences {
            let rows = sequence.rows
            precondition(
                rows.lowerBound >= 0 && rows.upperBound <= min(queries.rows, contexts.rows),
                "there are no such rows")
            precondition(
                sequence.position >= 0
                    && sequence.end <= sequence.pages.count * KeyValuePage<Scalar>.rowCount,
                "the pages end before the rows")
            for page in sequence.pages {
                precondition(
                    page.headCount == rule.keyValueHeads
                        && queries.columns == rule.queryHeads * page.headDimension
                        && contexts.columns == rule.queryHeads * page.valueDimension
                        && page.precision == precision,
                    "the cache has another shape than the rows")
            }
        }
    }
}

extension Range<Int> {
    func shifted(by offset: Int) -> Range<Int> { lowerBound + offset..<upperBound + offset }
}
