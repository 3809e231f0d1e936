extension HostAlgebra {
    /// Attention of neighbouring rows of one sequence, in blocks of rows.
    ///
    /// All query heads of a key-value head read a page together, and so do the rows of a block. The
    /// memory taken grows with the positions and the threads, not with the rows.
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
        _ queries: Tensor<Float>, rows: Range<Int>, from position: Int,
        over pages: [KeyValuePage<Float>], layer: Int, _ rule: AttentionRule<Float>,
        keepsWeights: Bool, in weights: inout AttentionWeights<Float>,
        into contexts: inout Tensor<Float>
    ) {
        guard !rows.isEmpty else { return }
        checkAttention(queries, rows, position, pages, rule, keepsWeights, contexts)
        let width = queries.columns / rule.queryHeads
        let valueWidth = contexts.columns / rule.queryHeads
        let end = position + rows.count
        let cost = rows.count * rule.queryHeads * end * (width + valueWidth)
        let plan = AttentionPlan(
            rows: rows.count, queryHeads: rule.queryHeads, keyHeads: rule.keyValueHeads,
            threads: min(threads, cost / leastShare))
        let kept = keepsWeights ? rule.queryHeads : plan.threads * plan.queries
        let beside = plan.queries * (width + valueWidth)
        weights.reserve(rows: kept, count: end, beside: plan.threads * beside)
        let stride = weights.stride

        unsafe withUnsafeTemporaryAllocation(
            of: UnsafePointer<Float>.self, capacity: pages.count
        ) { starts in
            for (index, page) in pages.enumerated() {
                unsafe starts.initializeElement(
                    at: index, to: UnsafePointer(page.keys(layer: layer, head: 0)))
            }
            let starts = unsafe starts.baseAddress.map { unsafe UnsafePointer($0) }
            unsafe lend(queries, &weights, &contexts) { query, memory, context in
                guard let starts = unsafe starts else { return }
                let task = unsafe AttentionTask(
                    rule: rule, position: position, width: width, valueWidth: valueWidth,
                    queries: query + rows.lowerBound * width * rule.queryHeads,
                    contexts: context + rows.lowerBound * valueWidth * rule.queryHeads,
                    pages: starts, stride: stride, functions: kernels.functions)
                ThreadPool.shared.run(plan.partCount, threads: plan.threads) { part, worker in
                    let (rows, heads) = plan[part]
                    let first = keepsWeights ? heads.lowerBound : worker * plan.queries
                    unsafe task.run(
                        rows, heads, weights: memory + first * stride,
                        beside: memory + kept * stride + worker * beside)
                    guard keepsWeights else { return }
                    unsafe task.clearUnseen(heads, weights: memory + first * stride)
                }
            }
        }
        // The pages' memory was read through pointers.
        withExtendedLifetime(pages) {}
    }

    /// Lends the memory of attention's operands; does nothing where there is none.
    private func lend(
        _ queries: Tensor<Float>, _ weights: inout AttentionWeights<Float>,
        _ contexts: inout Tensor<Float>,
        _ body: (
            UnsafePointer<Float>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>
        ) -> Void
    ) {
        unsafe queries.storage.withUnsafeBufferPointer { queries in
            unsafe weights.storage.withUnsafeMutableBufferPointer { weights in
                unsafe contexts.storage.withUnsafeMutableBufferPointer { contexts in
                    guard let query = queries.baseAddress, let memory = weights.baseAddress,
                        let context = contexts.baseAddress
                    else { return }
                    unsafe body(query, memory, context)
                }
            }
        }
    }
}
