extension HostAlgebra {
    /// Adjoint of attention in blocks of rows, whose products go through OpenBLAS.
    ///
    /// A block's scores over all it sees are computed once for all probes.
    ///
    /// - Parameters:
    ///   - gradient: with respect to what attention has read, in blocks of rows, one a probe.
    ///   - inputs: what it has read it from; the rows are a text from its beginning.
    ///   - rule: what is computed.
    /// - Returns: the gradients with respect to queries, keys and values.
    /// - Complexity: O(probes × rows²).
    public func attendAdjoint(
        _ gradient: Tensor<Float>, _ inputs: AttentionInputs<Float>, _ rule: AttentionRule<Float>
    ) -> AttentionGradients<Float> {
        let rows = inputs.queries.rows
        let probes = gradient.rows / max(rows, 1)
        var result = AttentionGradients(inputs, probes: probes)
        var block = ScoreBlock(rows: min(Self.blockRows, rows), positions: rows)
        for start in stride(from: 0, to: rows, by: Self.blockRows) {
            let part = start..<min(start + Self.blockRows, rows)
            let seen = rule.visible(from: start).lowerBound..<part.upperBound
            for head in 0..<rule.queryHeads {
                // Where a gradient stays zero, as behind a probe, nothing goes back.
                let concerned = (0..<probes).filter { probe in
                    gradient.hasValues(
                        rows: part, of: probe * rows, columns: inputs.valueWidth, part: head)
                }
                if concerned.isEmpty { continue }
                weigh(part, seen, head: head, inputs, rule, &block)
                for probe in concerned {
                    addAdjoint(
                        part, seen, head: head, probe: probe, gradient, inputs, rule, &block,
                        &result)
                }
            }
        }
        return result
    }

    private static var blockRows: Int { 64 }

    /// The weights of a block of rows over all that any of them sees; zero where one does not see.
    private func weigh(
        _ rows: Range<Int>, _ seen: Range<Int>, head: Int, _ inputs: AttentionInputs<Float>,
        _ rule: AttentionRule<Float>, _ block: inout ScoreBlock
    ) {
        let width = inputs.width
        let count = seen.count
        unsafe inputs.queries.storage.withUnsafeBufferPointer { queries in
            unsafe inputs.keys[head / rule.group].withUnsafeBufferPointer { keys in
                unsafe block.weights.withUnsafeMutableBufferPointer { weights in
                    unsafe multiply(
                        (rows.count, count, width), Float(rule.scale),
                        queries.pointer(rows.lowerBound * inputs.queries.columns + head * width),
                        inputs.queries.columns, false, keys.pointer(seen.lowerBound * width),
                        width, true, adds: false, weights.baseAddress, count)
                }
            }
        }
        var cappedRow = [Float](repeating: 0, count: rule.softCap == nil ? 0 : count)
        for (place, row) in rows.enumerated() {
            let visible = rule.visible(from: row)
            let first = place * count + visible.lowerBound - seen.lowerBound
            var all = block.weights.mutableSpan
            var before = all.part(place * count..<first)
            before.update(repeating: 0)
            var scores = all.part(first..<first + visible.count)
            weigh(
                keepingCapped: &scores, visible, head: head, rule,
                capped: &cappedRow)
            var behind = all.part(first + visible.count..<(place + 1) * count)
            behind.update(repeating: 0)
            if rule.softCap != nil {
                block.capped.replaceSubrange(
                    first..<first + visible.count, with: cappedRow[..<visible.count])
            }
        }
    }

    /// What a block of rows adds to the gradients of one probe.
    private func addAdjoint(
        _ rows: Range<Int>, _ seen: Range<Int>, head: Int, probe: Int, _ gradient: Tensor<Float>,
        _ inputs: AttentionInputs<Float>, _ rule: AttentionRule<Float>, _ block: inout ScoreBlock,
        _ result: inout AttentionGradients<Float>
    ) {
        let (width, valueWidth) = (inputs.width, inputs.valueWidth)
        let count = seen.count
        let own = head / rule.group
        let base = probe * inputs.queries.rows
        let context = (base + rows.lowerBound) * gradient.columns + head * valueWidth
        let query = rows.lowerBound * inputs.queries.columns + head * width
        unsafe gradient.storage.withUnsafeBufferPointer { gradients in
            unsafe inputs.values[own].withUnsafeBufferPointer { values in
                unsafe block.slopes.withUnsafeMutableBufferPointer { slopes in
                    unsafe multiply(
                        (rows.count, count, valueWidth), Float(rule.scale),
                        gradients.pointer(context), gradient.columns, false,
                        values.pointer(seen.lowerBound * valueWidth), valueWidth, true,
                        adds: false, slopes.baseAddress, count)
                }
            }
            unsafe block.weights.withUnsafeBufferPointer { weights in
                unsafe result.values.storage.withUnsafeMutableBufferPointer { target in
                    unsafe multiply(
                        (count, valueWidth, rows.count), 1, weights.pointer(0), count, true,
                        gradients.pointer(context), gradient.columns, false, adds: true,
                        target.pointer(
                            (base + seen.lowerBound) * result.values.columns + own * valueWidth),
                        result.values.columns)
                }
            }
        }
        slopeAdjoint(rows, seen, rule, &block)
        unsafe block.slopes.withUnsafeBufferPointer { slopes in
            unsafe inputs.keys[own].withUnsafeBufferPointer { keys in
                unsafe result.queries.storage.withUnsafeMutableBufferPointer { target in
                    unsafe multiply(
                        (rows.count, width, count), 1, slopes.pointer(0), count, false,
                        keys.pointer(seen.lowerBound * width), width, false, adds: false,
                        target.pointer(
                            (base + rows.lowerBound) * result.queries.columns + head * width),
                        result.queries.columns)
                }
            }
            unsafe inputs.queries.storage.withUnsafeBufferPointer { queries in
                unsafe result.keys.storage.withUnsafeMutableBufferPointer { target in
                    unsafe multiply(
                        (count, width, rows.count), 1, slopes.pointer(0), count, true,
                        queries.pointer(query), inputs.queries.columns, false, adds: true,
                        target.pointer(
                            (base + seen.lowerBound) * result.keys.columns + own * width),
                        result.keys.columns)
                }
            }
        }
    }

    /// Back through softmax and cap; weights are zero where a row sees nothing, and so become slopes.
    private func slopeAdjoint(
        _ rows: Range<Int>, _ seen: Range<Int>, _ rule: AttentionRule<Float>,
        _ block: inout ScoreBlock
    ) {
        let count = seen.count
        let (weights, capped) = (block.weights, block.capped)
        for (place, row) in rows.enumerated() {
            let range = place * count..<place * count + row + 1 - seen.lowerBound
            var all = block.slopes.mutableSpan
            var slopes = all.part(range)
            softmaxAdjoint(&slopes, probabilities: weights.span.extracting(range))
            if let cap = rule.softCap {
                softCapAdjoint(&slopes, capped: capped.span.extracting(range), cap: cap)
            }
            var behind = all.part(range.upperBound..<(place + 1) * count)
            behind.update(repeating: 0)
        }
    }

    /// `c = alpha · a · b`, or added to it; a shape is the result's rows, its columns, and the sum's.
    private func multiply(
        _ shape: (rows: Int, columns: Int, inner: Int), _ alpha: Float, _ a: UnsafePointer<Float>?,
        _ aStride: Int, _ isATransposed: Bool, _ b: UnsafePointer<Float>?, _ bStride: Int,
        _ isBTransposed: Bool, adds: Bool, _ c: UnsafeMutablePointer<Float>?, _ cStride: Int
    ) {
        unsafe BLAS.multiply(
            shape, alpha, BLAS.Operand(start: a, stride: aStride, isTransposed: isATransposed),
            BLAS.Operand(start: b, stride: bStride, isTransposed: isBTransposed),
            accumulates: adds, into: c, stride: cStride)
    }
}

/// Scratch of a block of rows over the positions it sees.
private struct ScoreBlock {
    var weights: [Float]
    var slopes: [Float]
    /// Scores behind the cap, where there is one.
    var capped: [Float]

    init(rows: Int, positions: Int) {
        weights = Array(repeating: 0, count: rows * positions)
        slopes = weights
        capped = weights
    }
}

extension Tensor<Float> {
    /// Whether some rows have a value in one head's columns.
    fileprivate func hasValues(
        rows: Range<Int>, of base: Int, columns width: Int, part: Int
    ) -> Bool {
        rows.contains { row in
            !self.row(base + row).extracting(part * width..<(part + 1) * width).isZero
        }
    }
}

extension UnsafeBufferPointer<Float> {
    fileprivate func pointer(_ offset: Int) -> UnsafePointer<Float>? {
        unsafe baseAddress.map { unsafe $0 + offset }
    }
}

extension UnsafeMutableBufferPointer<Float> {
    fileprivate func pointer(_ offset: Int) -> UnsafeMutablePointer<Float>? {
        unsafe baseAddress.map { unsafe $0 + offset }
    }
}
