import ScopeTestKit
import Testing
import TokenScope

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

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

    @Test func whatIsBeingWrittenIsTheBeginningOfWhatWillBe() throws {
        var explorer = try explorer()
        var seen: [Int: [TokenTrace]] = [:]
        func watch(_ progress: BranchProgress) {
            for branch in 0..<3 {
                guard let trace = progress.trace(of: branch) else { continue }
                seen[branch, default: []].append(trace)
            }
            #expect(progress.trace(of: 99) == nil)
        }
        let base = try explorer.write(prompt: prompt, .endless(0)).leaves[0]
        let leaves = try explorer.branch(
            after: base, [.endless(4), .endless(9), .endless(6)], progress: watch
        ).leaves
        for (branch, leaf) in leaves.enumerated() {
            let whole = explorer.tree.trace(of: leaf)
            let parts = try #require(seen[branch])
            for part in parts {
                #expect(part.tokens == Array(whole.tokens.prefix(part.tokens.count)))
                for row in part.tokens.indices {
                    #expect(part[.surprisal]?[row] == whole[.surprisal]?[row])
                }
            }
            // The last of a branch is not held back until the others have ended.
            #expect(parts.contains { $0.tokens.count == whole.tokens.count })
            #expect(parts.last?.stopReason == .length)
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

/// Texts, trees and windows that an explorer is given.
@Suite struct BranchRequestTests {
    private func explorer(_ tree: BranchTree? = nil) throws -> BranchExplorer {
        try BranchExplorer(try ModelContext.tinyPython.get(), tree: tree) {
            $0.attachStandardMetrics()
        }
    }

    @Test func aTextIsTokenisedWithWhatChangesBeforeIt() throws {
        var explorer = try explorer()
        let leaf = try explorer.write(prompt: "import os\nprint(os.path)", .endless(2)).leaves[0]
        let tree = explorer.tree
        let tokenizer = explorer.context.tokenizer
        for node in tree.path(to: leaf).dropFirst() {
            let before = tree.trace(of: leaf).bytes.prefix(
                try #require(tree[node]).token.sequenceSpan.lowerBound)
            for text in ["x", " y", "\n", "ing", "()", "é"] {
                let (ids, border) = explorer.tokens(of: text, replacing: node)
                let bytes = ids.flatMap { tokenizer.bytes(of: $0) ?? [] }
                #expect(String(decoding: bytes, as: UTF8.self).hasSuffix(text))
                // With the tokens that stay it is the text as it stands.
                let kept = tree.path(to: node).dropLast(1 + border.before)
                let whole = kept.flatMap { tree[$0]?.token.bytes ?? [] } + bytes
                #expect(whole == Array(before) + Array(text.utf8))
                if border.before < 4 {
                    let all = tokenizer.encode(text: String(decoding: whole, as: UTF8.self))
                    #expect(Array(all.suffix(ids.count)) == ids)
                }
            }
        }
        let node = tree.path(to: leaf)[3]
        let branch = try explorer.replace(node, withText: "ing", .endless(3)).leaves[0]
        let edits = explorer.tree.path(to: branch).compactMap { explorer.tree.edit(of: $0) }
        #expect(edits.count == 1)
        #expect(edits.first?.kind == .replacement)
        #expect(edits.first?.last == node)
        #expect(explorer.tree.trace(of: branch).text.hasPrefix("import os\n"))
    }

    @Test func aPromptsTokenCanBeReplacedAndTheRestKept() throws {
        var explorer = try explorer()
        let leaf = try explorer.write(prompt: "def add(a, b):", .endless(4)).leaves[0]
        let path = explorer.tree.path(to: leaf)
        let end = try #require(path.last { explorer.tree[$0]?.token.origin == .prompt })
        for place in [0, 2] {
            let branch = try explorer.replace(
                path[place], with: [99], .endless(5), repeatingTo: end
            ).leaves[0]
            let trace = explorer.tree.trace(of: branch)
            var ids = path.compactMap { explorer.tree[$0]?.token.id }.dropLast(4).map(\.self)
            ids[place] = 99
            var alone = try DecodingSession(explorer.context, ids: ids, parameters: .endless(5))
            while try alone.next() != nil {}
            #expect(trace.ids == alone.trace.ids)
        }
        let without = try explorer.replace(path[1], with: [], .endless(1), repeatingTo: end)
        #expect(explorer.tree.trace(of: without.leaves[0]).tokens.count == path.count - 4)
        let edited = try explorer.write(
            prompt: "def add(a, c):", .endless(3), editing: end)
        let shared = explorer.tree.commonPrefix(edited.leaves[0], leaf)
        #expect(shared.count > 3)
        let first = explorer.tree.path(to: edited.leaves[0])[shared.count]
        #expect(explorer.tree.edit(of: first)?.kind == .prompt)
    }

    @Test func aTreeIsGoneOnWith() throws {
        var first = try explorer()
        let leaf = try first.write(prompt: "x = [1,", .endless(20)).leaves[0]
        let data = try JSONEncoder().encode(first.tree)
        var second = try explorer(try JSONDecoder().decode(BranchTree.self, from: data))
        let node = first.tree.path(to: leaf)[14]
        for place in [node, leaf] {
            let parameters = [GenerateParameters.endless(6, seed: 2)]
            let one = try first.branch(after: place, parameters).leaves[0]
            let other = try second.branch(after: place, parameters).leaves[0]
            #expect(first.tree.trace(of: one) == second.tree.trace(of: other))
        }
        // Another tree in its place is not taken for the one whose caches are kept.
        var third = try explorer()
        _ = try third.write(prompt: "class B:", .endless(20))
        third.tree = second.tree
        let end = try third.branch(after: leaf, [.endless(6, seed: 2)]).leaves[0]
        #expect(
            third.tree.trace(of: end).tokens == first.tree.trace(of: first.tree.leaves[1]).tokens)
        let stranger = try TinyModel().load()
        #expect(throws: BranchingFailure.self) { try BranchExplorer(stranger, tree: first.tree) }
    }

    @Test func longTextsAreReadInWindows() throws {
        let context = try TinyModel(contextLength: 64).load()
        let window = ContextWindow(length: 48, stride: 16)
        var explorer = try BranchExplorer(context, window: window) { $0.attachStandardMetrics() }
        var parameters = GenerateParameters(
            maxTokens: 30, temperature: 1, logitBias: [ByteTokenizer.endOfText: -.infinity])
        let prompt = String(repeating: "abcdefg ", count: 10)
        let leaf = try explorer.write(prompt: prompt, parameters).leaves[0]
        let branch = try explorer.replace(
            explorer.tree.path(to: leaf)[90], with: [65], parameters
        ).leaves[0]
        explorer.dropCaches()
        let resumed = try explorer.resume(branch, maxTokens: 5).leaves[0]
        parameters.window = window
        let ids = explorer.tree.trace(of: resumed).ids
        #expect(ids.count == 90 + 1 + 30 + 5)
        parameters.maxTokens = 35
        var alone = try DecodingSession(
            context, ids: Array(ids.prefix(91)), parameters: parameters)
        alone.attachStandardMetrics()
        while try alone.next() != nil {}
        #expect(alone.trace.ids == ids)
    }

    @Test func refusals() throws {
        var explorer = try explorer()
        let leaf = try explorer.write(prompt: "x = 1", .endless(2)).leaves[0]
        let path = explorer.tree.path(to: leaf)
        let count = explorer.tree.count
        #expect(throws: BranchingFailure.self) { try explorer.replace(leaf, with: [5000]) }
        #expect(throws: BranchingFailure.self) {
            try explorer.replace(leaf, through: path[0], with: [1])
        }
        #expect(throws: BranchingFailure.self) {
            try explorer.replace(BranchNode.ID(900), with: [1])
        }
        #expect(throws: BranchingFailure.self) { try explorer.write(ids: [], .endless(2)) }
        #expect(throws: BranchingFailure.self) {
            try explorer.write(ids: Array(repeating: 5, count: 2000), .endless(2))
        }
        #expect(throws: BranchingFailure.self) {
            try explorer.branch(after: leaf, [GenerateParameters(topP: 3)])
        }
        #expect(explorer.tree.count == count)
    }
}
