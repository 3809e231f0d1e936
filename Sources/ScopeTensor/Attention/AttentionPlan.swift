/// How attention's rows and heads are divided into parts that need nothing of each other.
struct AttentionPlan {
    /// Queries that meet a page of keys together: so many that loading the page costs little beside
    /// the arithmetic, so few that their weights stay in the second-level cache.
    private static let blockQueries = 32

    let threads: Int
    private let rowCount: Int
    private let keyHeads: Int
    private let group: Int
    /// Rows of a part.
    private let rows: Int
    /// Query heads of a part, all of one key-value head.
    private let heads: Int

    init(rows rowCount: Int, queryHeads: Int, keyHeads: Int, threads: Int) {
        self.rowCount = rowCount
        self.keyHeads = keyHeads
        group = queryHeads / keyHeads
        rows = min(rowCount, max(1, Self.blockQueries / group))
        let blocks = (rowCount + rows - 1) / rows
        // Too few parts for the threads: a page is then read once for each share of the heads.
        let shares = min(group, max(1, threads / (blocks * keyHeads)))
        heads = (group + shares - 1) / shares
        self.threads = max(1, threads)
    }

    /// The most queries of a part.
    var queries: Int { rows * heads }

    private var headShares: Int { (group + heads - 1) / heads }

    private var blocks: Int { (rowCount + rows - 1) / rows }

    /// How many parts there are.
    var partCount: Int { blocks * keyHeads * headShares }

    /// The rows and query heads of a part.
    ///
    /// Late rows see most, so they come first.
    subscript(part: Int) -> (rows: Range<Int>, heads: Range<Int>) {
        let block = blocks - 1 - part / (keyHeads * headShares)
        let (keyHead, share) = (part / headShares % keyHeads, part % headShares)
        let first = share * heads
        return (
            rows: block * rows..<min((block + 1) * rows, rowCount),
            heads: keyHead * group + first..<keyHead * group + min(first + heads, group)
        )
    }
}
