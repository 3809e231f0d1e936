import CScopeKernels

/// One row of attention's: where its numbers lie and what it sees.
@unsafe
struct AttentionRow {
    /// Its place among the queries, and among what comes of them.
    let row: Int
    let position: Int
    /// Where the keys of key-value head 0 begin in each page of its sequence.
    let pages: UnsafePointer<UnsafeRawPointer>
}

/// Attention of rows in one layer, as several threads see it.
@unsafe
struct AttentionTask {
    let rule: AttentionRule<Float>
    let width: Int
    let valueWidth: Int
    let queries: UnsafePointer<Float>
    let contexts: UnsafeMutablePointer<Float>
    let rows: UnsafePointer<AttentionRow>
    /// How the pages hold their numbers, and the bytes each takes.
    let element: tscope_element
    let elementSize: Int
    /// From one query's weights to the next one's: whole pages.
    let stride: Int
    let functions: tscope_kernel_table

    private static var size: Int { KeyValuePage<Float>.rowCount }

    /// Computes rows of a few query heads that share a key-value head.
    ///
    /// - Parameters:
    ///   - block: neighbouring rows of the task.
    ///   - heads: the query heads.
    ///   - weights: room for rows × heads × `stride`.
    ///   - beside: room for rows × heads × (`width` + `valueWidth`).
    func run(
        _ block: Range<Int>, _ heads: Range<Int>, weights: UnsafeMutablePointer<Float>,
        beside: UnsafeMutablePointer<Float>
    ) {
        let count = block.count * heads.count
        let packed = unsafe beside
        let mixed = unsafe beside + count * width
        // What any of the rows sees, and what all of them see.
        var (any, all) = (Int.max..<Int.max, 0..<Int.max)
        for (place, row) in block.enumerated() {
            unsafe (packed + place * heads.count * width).update(
                from: queries + (rows[row].row * rule.queryHeads + heads.lowerBound) * width,
                count: heads.count * width)
            let visible = unsafe rule.visible(from: rows[row].position)
            any =
                any.isEmpty
                ? visible
                : min(any.lowerBound, visible.lowerBound)..<max(any.upperBound, visible.upperBound)
            all = all.clamped(to: visible)
        }
        unsafe mixed.update(repeating: 0, count: count * valueWidth)

        // A page that all rows share is read once for all, whether or not each of them sees it.
        let shared = unsafe sharedPages(block, among: (any.upperBound - 1) / Self.size + 1)
        let scale = unsafe Float(rule.scale)
        for page in unsafe any.lowerBound / Self.size..<max(any.lowerBound / Self.size, shared) {
            unsafe functions.score_page(
                element, packed, count, width, keys(block.lowerBound, page, heads), scale,
                weights + page * Self.size, stride)
        }
        for (place, row) in block.enumerated() {
            let visible = unsafe rule.visible(from: rows[row].position)
            let first = place * heads.count
            for page in unsafe max(
                shared, visible.lowerBound / Self.size)..<max(
                    shared, (visible.upperBound - 1) / Self.size + 1)
            {
                unsafe functions.score_page(
                    element, packed + first * width, heads.count, width, keys(row, page, heads),
                    scale, weights + first * stride + page * Self.size, stride)
            }
            for (index, head) in heads.enumerated() {
                unsafe weigh(weights + (first + index) * stride, visible, head: head)
            }
        }

        // Shared pages that all rows see whole are mixed once for all, others row by row: what a row
        // does not see must not touch it, not even with a weight of zero.
        let start = unsafe (all.lowerBound + Self.size - 1) / Self.size
        let end = unsafe max(start, min(all.upperBound / Self.size, shared))
        for (place, row) in block.enumerated() {
            unsafe mix(
                row, rule.visible(from: rows[row].position).clamped(to: 0..<start * Self.size),
                heads, weights + place * heads.count * stride,
                to: mixed + place * heads.count * valueWidth)
        }
        for page in start..<end {
            unsafe functions.mix_page(
                element, weights + page * Self.size, count, stride,
                values(block.lowerBound, page, heads), Self.size, valueWidth, mixed)
        }
        for (place, row) in block.enumerated() {
            unsafe mix(
                row, rule.visible(from: rows[row].position).clamped(to: end * Self.size..<Int.max),
                heads, weights + place * heads.count * stride,
                to: mixed + place * heads.count * valueWidth)
            unsafe (contexts + (rows[row].row * rule.queryHeads + heads.lowerBound) * valueWidth)
                .update(
                    from: mixed + place * heads.count * valueWidth, count: heads.count * valueWidth)
        }
    }

    /// How many of the first `count` pages all rows of a block have in common.
    private func sharedPages(_ block: Range<Int>, among count: Int) -> Int {
        let first = unsafe rows[block.lowerBound]
        var shared = count
        for row in block {
            let other = unsafe rows[row]
            if unsafe other.pages == first.pages { continue }
            let whole = unsafe min(first.position, other.position) / Self.size + 1
            shared = min(shared, whole)
            for page in 0..<shared where unsafe other.pages[page] != first.pages[page] {
                shared = page
                break
            }
        }
        return shared
    }

    /// Makes the weights of what the first row does not see 0, for those who read them.
    func clearUnseen(_ heads: Range<Int>, weights: UnsafeMutablePointer<Float>) {
        let unseen = unsafe rule.visible(from: rows[0].position).lowerBound
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
        _ row: Int, _ positions: Range<Int>, _ heads: Range<Int>, _ weights: UnsafePointer<Float>,
        to mixed: UnsafeMutablePointer<Float>
    ) {
        var start = positions.lowerBound
        while start < positions.upperBound {
            let page = unsafe start / Self.size
            let end = unsafe min(positions.upperBound, (page + 1) * Self.size)
            let offset = unsafe start % Self.size * valueWidth * elementSize
            unsafe functions.mix_page(
                element, weights + start, heads.count, stride, values(row, page, heads) + offset,
                end - start, valueWidth, mixed)
            start = end
        }
    }

    private func keys(_ row: Int, _ page: Int, _ heads: Range<Int>) -> UnsafeRawPointer {
        let head = unsafe heads.lowerBound / rule.group
        return unsafe rows[row].pages[page]
            + head * Self.size * (width + valueWidth) * elementSize
    }

    private func values(_ row: Int, _ page: Int, _ heads: Range<Int>) -> UnsafeRawPointer {
        unsafe keys(row, page, heads) + Self.size * width * elementSize
    }
}
