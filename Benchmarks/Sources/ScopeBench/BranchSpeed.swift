import TokenScope

/// What branches cost beside a single sequence: rates of an explorer, and the time of a fork.
struct BranchSpeed {
    let speed: ModelSpeed
    /// Tokens that all branches share.
    let prefix: Int
    /// Tokens that each branch writes.
    let count: Int

    private var shared: [Int] {
        (0..<prefix).map {
            1 + $0 * 7919 % (speed.context.configuration.vocabularySize - 1)
        }
    }

    /// The most probable token each time: what drawing costs is not what is measured.
    private var parameters: GenerateParameters { .greedy(maxTokens: count) }

    /// Tokens a second of a session alone, after the prefix.
    func session() throws -> Double {
        var session = try DecodingSession(speed.context, ids: shared, parameters: parameters)
        try session.prefill()
        for _ in 0..<prefix { _ = try session.next() }
        var written = 0
        let seconds = try speed.time { while try session.next() != nil { written += 1 } }
        return Double(written) / seconds
    }

    /// Tokens a second, all together, of branches that an explorer writes after the prefix.
    func explorer(_ branches: Int) throws -> Double {
        var explorer = try BranchExplorer(speed.context, cacheBudget: 1 << 33)
        let end = try explorer.write(ids: shared, .greedy(maxTokens: 0)).leaves[0]
        let before = explorer.tree.count
        let settings = Array(repeating: parameters, count: branches)
        let seconds = try speed.time { try explorer.branch(after: end, settings) }
        return Double(explorer.tree.count - before) / seconds
    }

    /// Microseconds of `var fork = cache` for a cache of the prefix, the mean of many.
    func fork() throws -> Double {
        var lanes = [Lane(tokens: shared, cache: speed.context.model.makeCache())]
        var workspace = Workspace<Float>()
        var sink = GreedySink()
        try speed.context.model.forward(&lanes, in: &workspace, into: &sink)
        let cache = lanes[0].cache
        let many = 10_000
        var forks: [KVCache<Float>] = []
        forks.reserveCapacity(many)
        let seconds = speed.clock.time {
            for _ in 0..<many { forks.append(cache) }
        }
        precondition(forks.allSatisfy { $0.count == prefix }, "a fork lost its rows")
        return seconds / Double(many) * 1e6
    }
}
