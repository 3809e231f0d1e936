import CScopeKernels

/// Attention of a sequence's rows in one layer, as several threads see it.
@unsafe
struct AttentionTask {
    let rule: AttentionRule<Float>
    /// The position of row 0.
    let position: Int
    let width: Int
    let valueWidth: Int
    /// Row 0 of the queries and of what comes of them.
    let queries: UnsafePointer<Float>
    let contexts: UnsafeMutablePointer<Float>
    /// Where each page's keys of key-value head 0 begin.
    let pages: UnsafePointer<UnsafePointer<Float>>
    /// From one query's weights to the next one's: whole pages.
    let stride: Int
    let functions: tscope_kernel_table

    private static var size: Int { KeyValuePage<Float>.rowCount }

    /// Computes rows of a few query heads that share a key-value head.
    ///
    /// - Parameters:
    ///   - rows: neighbouring rows.
    ///   - heads: the query heads.
    ///   - weights: room for rows × heads × `stride`.
    ///   - beside: room for rows × heads × (`width` + `valueWidth`).
    func run(
        _ rows: Range<Int>, _ heads: Range<Int>, weights: UnsafeMutablePointer<Float>,
        beside: UnsafeMutablePointer<Float>
    ) {
        let count = rows.count * heads.count
        let packed = unsafe beside
        let mixed = unsafe beside + count * width
        for (place, row) in rows.enumerated() {
            unsafe (packed + place * heads.count * width).update(
                from: queries + (row * rule.queryHeads + heads.lowerBound) * width,
                count: heads.count * width)
        }
        unsafe mixed.update(repeating: 0, count: count * valueWidth)

        let first = unsafe rule.visible(from: position + rows.lowerBound)
        let last = unsafe rule.visible(from: position + rows.upperBound - 1)
        let scale = unsafe Float(rule.scale)
        for page in unsafe first.lowerBound / Self.size...(last.upperBound - 1) / Self.size {
            unsafe functions.score_page(
                packed, count, width, keys(page, heads), scale, weights + page * Self.size, stride)
        }
        for (place, row) in rows.enumerated() {
            let visible = unsafe rule.visible(from: position + row)
            for (index, head) in heads.enumerated() {
                unsafe weigh(
                    weights + (place * heads.count + index) * stride, visible, head: head)
            }
        }

        // Pages that all rows see whole are read once for all, others row by row: what a row does
        // not see must not touch it, not even with a weight of zero.
        let start = unsafe (last.lowerBound + Self.size - 1) / Self.size
        let end = unsafe max(start, first.upperBound / Self.size)
        for (place, row) in rows.enumerated() {
            let visible = unsafe rule.visible(from: position + row)
            unsafe mix(
                visible.clamped(to: 0..<start * Self.size), heads,
                weights + place * heads.count * stride,
                to: mixed + place * heads.count * valueWidth)
        }
        for page in start..<end {
            unsafe functions.mix_page(
                weights + page * Self.size, count, stride, values(page, heads), Self.size,
                valueWidth, mixed)
        }
        for (place, row) in rows.enumerated() {
            let visible = unsafe rule.visible(from: position + row)
            unsafe mix(
                visible.clamped(to: end * Self.size..<max(end * Self.size, visible.upperBound)),
                heads,
                weights + place * heads.count * stride,
                to: mixed + place * heads.count * valueWidth)
            unsafe (contexts + (row * rule.queryHeads + heads.lowerBound) * valueWidth).update(
                from: mixed + place * heads.count * valueWidth, count: heads.count * valueWidth)
        }
    }

    /// Makes the weights of what row 0 does not see 0, for those who read them.
    func clearUnseen(_ heads: Range<Int>, weights: UnsafeMutablePointer<Float>) {
        let unseen = unsafe rule.visible(from: position).lowerBound
        for index in 0..<heads.count {
            unsafe (weights + index * stride).update(repeating: 0, count: unseen)
        }
    }

    /// From a query's scores to its weights.
    private func weigh(_ scores: UnsafeMutablePointer<Float>, _ visible: Range<Int>, head: Int) {
        let (seen, count) = unsafe (scores + visible.lowerBound, visible.count)
        if let cap = unsafe rule.softCap { unsafe functions.soft_cap(seen, count, cap) }
        switch unsafe rule.bias {
        case .none: break
        case .slopes(let slopes):
            unsafe functions.add_slope(seen, count, Float(slopes[head]), Int64(1 - count))
        case .positions(let table, let stride):
            unsafe table.withUnsafeBufferPointer { table in
                let part = table.extracting(visible.shifted(by: head * stride))
                guard let start = part.baseAddress else { return }
                unsafe functions.add(start, count, seen)
            }
        }
        if let mask = unsafe rule.mask {
            let buffer = unsafe UnsafeMutableBufferPointer(start: seen, count: count)
            var scores = unsafe buffer.mutableSpan
            if !mask.hide(&scores, of: visible, head: head) {
                scores.update(repeating: 0)
                return
            }
        }
        unsafe functions.softmax(seen, count)
    }

    /// Adds the weighted values of some positions to what a row's heads have.
    private func mix(
        _ positions: Range<Int>, _ heads: Range<Int>, _ weights: UnsafePointer<Float>,
        to mixed: UnsafeMutablePointer<Float>
    ) {
        var start = positions.lowerBound
        while start < positions.upperBound {
            let page = unsafe start / Self.size
            let end = unsafe min(positions.upperBound, (page + 1) * Self.size)
            unsafe functions.mix_page(
                weights + start, heads.count, stride,
                values(page, heads) + start % Self.size * valueWidth, end - start, valueWidth,
                mixed)
            start = end
        }
    }

    private func keys(_ page: Int, _ heads: Range<Int>) -> UnsafePointer<Float> {
        let head = unsafe heads.lowerBound / rule.group
        return unsafe pages[page] + head * Self.size * (width + valueWidth)
    }

    private func values(_ page: Int, _ heads: Range<Int>) -> UnsafePointer<Float> {
        unsafe keys(page, heads) + Self.size * width
    }
}
