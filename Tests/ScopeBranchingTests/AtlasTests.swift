import ScopeTestKit
import Testing
import TokenScope

/// The one-token atlas: its cost, and that each of its branches is what a session alone writes.
@Suite struct AtlasTests {
    @Test func twoHundredPositionsCostSevenTimesLessThanNaively() throws {
        let (context, model) = try ModelContext.tiny.get().counted
        var explorer = try BranchExplorer(context)
        explorer.laneLimit = 32
        var never = GenerateParameters(maxTokens: 0, temperature: 1, seed: 4)
        never.logitBias = [ByteTokenizer.endOfText: -.infinity]
        let text = String(repeating: "def add(a, b): return a + b\n", count: 8).prefix(200)
        let leaf = try explorer.write(prompt: String(text), never).leaves[0]
        explorer.dropCaches()
        let settings = AtlasSettings(alternatives: 5, continuation: 16)
        let estimate = explorer.estimateAtlas(of: leaf, settings)
        let before = model.tokens
        var reports: [Int] = []
        let atlas = try explorer.atlas(of: leaf, settings, parameters: never) { progress in
            reports.append(progress.finishedBranches)
            #expect(progress.branches == 199 * 5)
        }
        let spent = model.tokens - before
        #expect(atlas.positions.count == 199)
        #expect(atlas.positions.allSatisfy { $0.alternatives.count == 5 })
        #expect(spent == atlas.forwardTokens)
        #expect(spent <= estimate.forwardTokens)
        #expect(estimate.forwardTokens <= 200 * (1 + 5 * 16))
        #expect(atlas.naiveForwardTokens == estimate.naiveForwardTokens)
        #expect(Double(atlas.naiveForwardTokens) >= 7 * Double(spent))
        #expect(reports.last == 199 * 5)
        #expect(reports == reports.sorted())
    }

    @Test func everyBranchIsWhatASessionAloneWrites() throws {
        let context = try ModelContext.tinyPython.get()
        var explorer = try BranchExplorer(context) { $0.attachStandardMetrics() }
        let parameters = GenerateParameters.endless(14)
        let leaf = try explorer.write(prompt: "import os\n", parameters).leaves[0]
        let written = explorer.tree.trace(of: leaf)
        let nodes = explorer.tree.count
        let settings = AtlasSettings(alternatives: 2, continuation: 4)
        let atlas = try explorer.atlas(of: leaf, settings)
        #expect(explorer.tree.count == nodes)
        #expect(atlas.positions.map(\.token) == Array(written.tokens.dropFirst()))
        for position in atlas.positions {
            let place = position.token.index.rawValue
            let surprisal = try #require(written[.surprisal]?[place])
            #expect(abs(surprisal + position.logProbability) < 1e-9)
            #expect(position.rank == written[.rank]?[place])
            for alternative in position.alternatives {
                #expect(alternative.id != position.token.id)
                var session = try DecodingSession(
                    context, ids: Array(written.ids[..<place]), parameters: parameters)
                session.attachStandardMetrics()
                try session.force(alternative.id)
                try session.resume(with: .endless(4))
                while try session.next() != nil {}
                let trace = session.trace
                #expect(alternative.continuation.map(\.id) == Array(trace.ids[(place + 1)...]))
                let own = try #require(trace[.surprisal]?[place])
                #expect(abs(own + alternative.logProbability) < 1e-9)
            }
        }
        let added = try explorer.atlas(
            of: leaf, positions: TokenIndex(5)..<TokenIndex(7),
            AtlasSettings(alternatives: 2, continuation: 4, addsToTree: true))
        #expect(
            added.positions.map(\.alternatives) == Array(atlas.positions[4..<6].map(\.alternatives))
        )
        #expect(explorer.tree.count == nodes + 2 * 2 * 5)
    }

    @Test func aBudgetIsKept() throws {
        var explorer = try BranchExplorer(try ModelContext.tinyPython.get())
        let leaf = try explorer.write(prompt: "import os\n", .endless(9)).leaves[0]
        let spent = explorer.counters.forwardTokens
        let settings = AtlasSettings(alternatives: 2, continuation: 4, forwardTokenBudget: 20)
        #expect(throws: BranchingFailure.self) { try explorer.atlas(of: leaf, settings) }
        #expect(explorer.counters.forwardTokens == spent)
    }
}
