import CScopeKernels

extension HostAlgebra {
    /// Attention of rows of one or several sequences, in blocks of rows.
    ///
    /// All query heads of a key-value head read a page together, and so do the rows of a block, of
    /// other sequences as well where they share the page. The memory taken grows with the positions
    /// and the threads, not with the rows.
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
        _ queries: Tensor<Float>, _ sequences: [AttendedRows<Float>], layer: Int,
        _ rule: AttentionRule<Float>, keepsWeights: Bool,
        in weights: inout AttentionWeights<Float>, into contexts: inout Tensor<Float>
    ) {
        checkAttention(queries, sequences, rule, keepsWeights, contexts)
        var (rowCount, pageCount, end, cost) = (0, 0, 0, 0)
        let width = queries.columns / rule.queryHeads
        let valueWidth = contexts.columns / rule.queryHeads
        for sequence in sequences {
            rowCount += sequence.rows.count
            pageCount += sequence.pages.count
            end = max(end, sequence.end)
            cost += sequence.rows.count * rule.queryHeads * sequence.end * (width + valueWidth)
        }
        guard rowCount > 0,
            let precision = sequences.first(where: { !$0.pages.isEmpty })?.pages[0].precision
        else { return }
        let plan = AttentionPlan(
            rows: rowCount, queryHeads: rule.queryHeads, keyHeads: rule.keyValueHeads,
            threads: min(threads, cost / leastShare))
        let kept = keepsWeights ? rule.queryHeads : plan.threads * plan.queries
        let beside = plan.queries * (width + valueWidth)
        weights.reserve(rows: kept, count: end, beside: plan.threads * beside)
        let stride = weights.stride

        unsafe withRows(of: sequences, layer, rowCount: rowCount, pageCount: pageCount) { rows in
            unsafe lend(queries, &weights, &contexts) { query, memory, context in
                let task = unsafe AttentionTask(
                    rule: rule, width: width, valueWidth: valueWidth, queries: query,
                    contexts: context, rows: rows,
                    element: precision == .full ? TSCOPE_F32 : TSCOPE_F16,
                    elementSize: precision.byteCount(of: Float.self), stride: stride,
                    functions: kernels.functions)
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
        withExtendedLifetime(sequences) {}
    }

    /// Lends where the rows and their pages lie.
    private func withRows(
        of sequences: [AttendedRows<Float>], _ layer: Int, rowCount: Int, pageCount: Int,
        _ body: (UnsafePointer<AttentionRow>) -> Void
    ) {
        unsafe withUnsafeTemporaryAllocation(
            of: UnsafeRawPointer.self, capacity: pageCount
        ) { starts in
            unsafe withUnsafeTemporaryAllocation(
                of: AttentionRow.self, capacity: rowCount
            ) { rows in
                guard let firstPage = starts.baseAddress, let firstRow = rows.baseAddress
                else { return }
                var (page, row) = (0, 0)
                for sequence in sequences {
                    let pages = unsafe UnsafePointer(firstPage + page)
                    for other in sequence.pages {
                        unsafe (firstPage + page).initialize(
                            to: UnsafeRawPointer(other.keys(layer: layer, head: 0)))
                        page += 1
                    }
                    for (offset, place) in sequence.rows.enumerated() {
                        unsafe (firstRow + row).initialize(
                            to: AttentionRow(
                                row: place, position: sequence.position + offset, pages: pages))
                        row += 1
                    }
                }
                unsafe body(firstRow)
            }
        }
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
