extension KVCache {
    /// Declares `rows` more positions complete without any keys and values: for models of your own
    /// that keep nothing here, since a session reads from ``count`` where the next pass begins.
    ///
    /// - Parameter rows: The positions a pass went through; at least 0.
    /// - Complexity: O(pages added).
    public mutating func advance(by rows: Int) {
        precondition(rows >= 0, "a cache is cut with truncate(to:)")
        reserve(rows)
        commit(rows)
    }
}
