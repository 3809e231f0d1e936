// How work is split: over what is computed, never over a sum.

extension HostAlgebra {
    /// Shares a thread gets: several, so that one that is held up leaves its own to the others.
    private static var sharesPerThread: Int { 4 }

    /// Computes a range in shares, on as many threads as are worth waking.
    ///
    /// - Parameters:
    ///   - count: the length of the range.
    ///   - cost: what one element costs, in bytes read from memory or about as many operations.
    ///   - step: a multiple of what the range may be divided by.
    ///   - body: computes a part of the range; called on several threads at once.
    func share(_ count: Int, cost: Int, step: Int = 1, _ body: (Range<Int>) -> Void) {
        let (total, isHuge) = count.multipliedReportingOverflow(by: max(cost, 1))
        let shares = isHuge ? Int.max : total / leastShare
        let parts = min(shares, threads * Self.sharesPerThread, count / step)
        guard threads > 1, parts > 1 else {
            if count > 0 { body(0..<count) }
            return
        }
        let length = (count + parts - 1) / parts
        let width = (length + step - 1) / step * step
        ThreadPool.shared.run((count + width - 1) / width, threads: threads) { part, _ in
            body(part * width..<min((part + 1) * width, count))
        }
    }
}
