import ScopeTestKit
import TestFixtures
import Testing
import TokenScope

/// Random requests in random order: whatever is kept, dropped, cut or read again, every branch has the
/// numbers of a fresh run of its tokens.
@Suite struct RandomRequestTests {
    /// A few seeds, and many with `TOKENSCOPE_SOAK` set, as `Scripts/soak` does.
    static let seeds = 0..<UInt64(environmentValue("TOKENSCOPE_SOAK") == nil ? 4 : 200)

    @Test(arguments: seeds)
    func everyBranchEqualsAFreshRunOfItsTokens(_ seed: UInt64) throws {
        var random = SeededNumbers(seed: seed)
        let context = try ModelContext.tiny.get()
        let isWatched = !seed.isMultiple(of: 2)
        var explorer = try BranchExplorer(
            context, cacheBudget: [1 << 30, 60_000, 0][random.below(3)]
        ) { session in
            if isWatched {
                session.attachStandardMetrics()
                session.attach(AttentionObserver())
            }
        }
        explorer.laneLimit = 1 + random.below(5)
        try explorer.write(prompt: "def f(x):\n    return", settings(&random))
        for _ in 0..<14 { try request(&explorer, &random) }
        for leaf in explorer.tree.leaves {
            let written = explorer.tree.trace(of: leaf)
            var session = try explorer.session(at: leaf)
            try session.prefill()
            var fresh = try DecodingSession(
                context, ids: written.ids, parameters: .greedy(maxTokens: 0))
            if isWatched {
                fresh.attachStandardMetrics()
                fresh.attach(AttentionObserver())
            }
            while try fresh.next() != nil {}
            try fresh.prefill()
            for name in fresh.trace.metrics.names {
                let own = written.metrics.columns.first { $0.name == name }
                let other = fresh.trace.metrics.columns.first { $0.name == name }
                #expect(own != nil)
                for token in written.tokens.indices {
                    #expect(own?[token] == other?[token], "\(name) of token \(token)")
                }
            }
            try session.resume(with: .greedy(maxTokens: 3))
            try fresh.resume(with: .greedy(maxTokens: 3))
            while try session.next() != nil {}
            while try fresh.next() != nil {}
            #expect(session.trace.ids == fresh.trace.ids)
        }
    }

    private func settings(_ random: inout SeededNumbers) -> GenerateParameters {
        GenerateParameters(
            maxTokens: random.below(24), temperature: 1,
            logitBias: [ByteTokenizer.endOfText: -.infinity], seed: UInt64(random.below(3)))
    }

    private func request(
        _ explorer: inout BranchExplorer, _ random: inout SeededNumbers
    ) throws {
        let leaves = explorer.tree.leaves
        let leaf = leaves[random.below(leaves.count)]
        let path = explorer.tree.path(to: leaf)
        let node = path[random.below(path.count)]
        switch random.below(8) {
        case 0: try explorer.resume(leaf, maxTokens: random.below(6))
        case 1: try explorer.branch(after: node, [settings(&random), settings(&random)])
        case 2: try explorer.replace(node, with: [random.below(250)], settings(&random))
        case 3: try explorer.replace(node, withText: "ab", settings(&random), count: 2)
        case 4:
            try explorer.replace(
                node, with: [65, 66].dropLast(random.below(2)), settings(&random),
                repeatingTo: leaf)
        case 5: try explorer.write(prompt: "def f(x, y)", settings(&random))
        case 6: explorer.dropCaches()
        default:
            // The first root stays, so that there is always something.
            if path.count > 8, explorer.tree.leaves(from: node).count < leaves.count {
                explorer.tree.prune(node)
            }
        }
    }
}
