import ScopeTestKit
import Testing
import TokenScope

/// Branches: what they share, what they cost, and that each is what a session alone would write.
@Suite struct BranchExplorerTests {
    private let prompt = "def fibonacci(n):\n    "

    private func explorer(
        budget: Int = 1 << 30, watching: Bool = true
    ) throws -> BranchExplorer {
        try BranchExplorer(try ModelContext.tinyPython.get(), cacheBudget: budget) { session in
            if watching { session.attachStandardMetrics() }
        }
    }

    private func alone(_ parameters: GenerateParameters) throws -> TokenTrace {
        var session = try DecodingSession(
            try ModelContext.tinyPython.get(), prompt: prompt, parameters: parameters)
        session.attachStandardMetrics()
        while try session.next() != nil {}
        return session.trace
    }

    @Test func aBranchIsWhatASessionAloneWrites() throws {
        var explorer = try explorer()
        let parameters = GenerateParameters.endless(40)
        let outcome = try explorer.write(prompt: prompt, parameters, count: 5)
        #expect(outcome.leaves.count == 5)
        for (number, leaf) in outcome.leaves.enumerated() {
            var settings = parameters
            settings.seed = parameters.seed(ofSample: number)
            #expect(explorer.tree.trace(of: leaf) == (try alone(settings)))
        }
    }

    @Test(arguments: [true, false])
    func aReplacementIsWhatAFreshRunOfItsTokensGives(_ watching: Bool) throws {
        let context = try ModelContext.tinyPython.get()
        var explorer = try BranchExplorer(context) { session in
            if watching { session.attachStandardMetrics() }
        }
        let leaf = try explorer.write(prompt: prompt, .endless(50)).leaves[0]
        let path = explorer.tree.path(to: leaf)
        for place in [3, 20, 33, path.count - 1] {
            let before = explorer.counters.forwardTokens
            let branch = try explorer.replace(path[place], with: [77, 78], .endless(12)).leaves[0]
            let spent = explorer.counters.forwardTokens - before
            // Without observers the new tokens, and the row before them; with them at most a page more.
            #expect(spent <= 2 + 12 + 1 + (watching ? 32 : 0))
            var session = try explorer.session(at: branch)
            try session.prefill()
            var fresh = try DecodingSession(
                context, ids: session.trace.ids, parameters: .greedy(maxTokens: 1))
            let logits = fresh.attach(InMemoryObserver(keepsLogits: true))
            while try fresh.next() != nil {}
            var other = session
            try other.resume(with: .greedy(maxTokens: 1))
            let own = other.attach(InMemoryObserver(keepsLogits: true))
            _ = try other.next()
            #expect(other.trace.ids == fresh.trace.ids)
            #expect(other[own].steps.last?.logits == fresh[logits].steps.last?.logits)
        }
    }

    @Test func logitsAlongABranchAreThoseOfAFreshRun() throws {
        let context = try ModelContext.tinyPython.get()
        var handle: ObserverHandle<InMemoryObserver>?
        var explorer = try BranchExplorer(context) { session in
            handle = session.attach(InMemoryObserver(keepsLogits: true))
        }
        let leaf = try explorer.write(prompt: prompt, .endless(40)).leaves[0]
        let node = explorer.tree.path(to: leaf)[25]
        let branch = try explorer.replace(node, with: [100], .endless(20)).leaves[0]
        let session = try explorer.session(at: branch)
        let own = session[try #require(handle)].steps
        var fresh = try DecodingSession(
            context, ids: session.trace.ids, parameters: .greedy(maxTokens: 0))
        let reference = fresh.attach(InMemoryObserver(keepsLogits: true))
        while try fresh.next() != nil {}
        #expect(own.count == 46)
        #expect(own.map(\.logits) == fresh[reference].steps.map(\.logits))
    }

    @Test func resultsDoNotDependOnBatchesNorOnWhatIsKept() throws {
        func explore(_ lanes: Int, budget: Int) throws -> (BranchTree, BranchCounters) {
            var explorer = try explorer(budget: budget)
            explorer.laneLimit = lanes
            let first = try explorer.write(prompt: prompt, .endless(36), count: 4).leaves
            for leaf in first {
                let node = explorer.tree.path(to: leaf)[22]
                try explorer.replace(node, with: [50], .endless(10, seed: 9), count: 2)
                try explorer.replace(node, withText: " x = 1", .endless(7))
            }
            try explorer.resume(first[1], maxTokens: 5)
            try explorer.branch(after: first[2], [.endless(4, seed: 8), .greedy(maxTokens: 3)])
            return (explorer.tree, explorer.counters)
        }
        let (tree, counters) = try explore(16, budget: 1 << 30)
        #expect(counters.evictions == 0)
        #expect(tree.leaves.count == 4 * 4 + 1)
        let (single, _) = try explore(1, budget: 1 << 30)
        #expect(single == tree)
        let (poor, replayed) = try explore(3, budget: 0)
        #expect(poor == tree)
        #expect(replayed.evictions > 10)
        #expect(replayed.replayedTokens > counters.replayedTokens)
        #expect(replayed.forwardTokens > counters.forwardTokens)
    }

    @Test func forksTakeTheirOwnTokensAndTwoPagesEach() throws {
        var explorer = try explorer(watching: false)
        let words = Array(repeating: "x = 1\n", count: 60).joined()
        let end = try explorer.write(prompt: words, .endless(0)).leaves[0]
        let prefix = (explorer.tree[end]?.token.index.rawValue ?? 0) + 1
        #expect(prefix > 100)
        explorer.dropCaches()
        let parameters = (0..<16).map { GenerateParameters.endless(40, seed: $0) }
        let leaves = try explorer.branch(after: end, parameters).leaves
        #expect(leaves.count == 16)
        let page = KVCache<Float>.pageRows
        #expect(page <= 32)
        let own = 16 * 40
        let rows = explorer.cachePageCount * page
        #expect(rows <= prefix + page + own + 16 * 2 * page)
    }

    @Test func aCancelledRequestLeavesWhatWasWritten() throws {
        let (context, model) = try ModelContext.tinyPython.get().counted
        var explorer = try BranchExplorer(context) { $0.attachStandardMetrics() }
        model.cancel(inPass: 30)
        let outcome = try explorer.write(prompt: prompt, .endless(400), count: 2)
        #expect(outcome.isCancelled)
        #expect(outcome.leaves.count == 2)
        for (number, leaf) in outcome.leaves.enumerated() {
            let trace = explorer.tree.trace(of: leaf)
            #expect(trace.stopReason == .cancelled)
            #expect(trace.tokens.count { $0.origin == .sampled } == 29)
            // It goes on as if it had not been cancelled.
            let end = try explorer.resume(leaf, maxTokens: 12).leaves[0]
            let whole = explorer.tree.trace(of: end)
            #expect(whole.tokens.count == trace.tokens.count + 12)
            var parameters = GenerateParameters.endless(41)
            parameters.seed = parameters.seed(ofSample: number)
            let expected = try alone(parameters)
            #expect(whole.tokens == expected.tokens)
            #expect(whole.metrics == expected.metrics)
        }
        #expect(explorer.counters.forwardTokens >= model.tokens)
        model.cancel(inPass: 1)
        let nothing = try explorer.write(prompt: "class A:", .endless(4))
        #expect(nothing.isCancelled)
    }

    @Test func whatIsAskedForWithATaskThatIsCancelledEndsAtOnce() async throws {
        let start = try explorer()
        let prompt = prompt
        let task = Task {
            var explorer = start
            while !Task.isCancelled { await Task.yield() }
            let outcome = try explorer.write(prompt: prompt, .endless(40), count: 3)
            return (outcome, explorer.tree)
        }
        task.cancel()
        let (outcome, tree) = try await task.value
        #expect(outcome.isCancelled)
        #expect(outcome.leaves.isEmpty)
        #expect(tree.isEmpty)
    }
}
