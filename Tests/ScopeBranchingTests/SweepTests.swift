import ScopeTestKit
import Testing
import TokenScope

/// Expansion, best of n, beam search, forking tokens and minimal flips.
@Suite struct SweepTests {
    private let prompt = "def fibonacci(n):\n    "

    private func begun(_ count: Int = 0) throws -> (BranchExplorer, BranchNode.ID) {
        var explorer = try BranchExplorer(try ModelContext.tinyPython.get()) {
            $0.attachStandardMetrics()
        }
        let leaf = try explorer.write(prompt: prompt, .endless(count)).leaves[0]
        return (explorer, leaf)
    }

    @Test func anExpansionForksWhereTheModelIsUndecided() throws {
        var (explorer, start) = try begun()
        let rule = ExpansionRule(.margin(below: 0.05), width: 2, depth: 2, branchLimit: 40)
        let outcome = try explorer.expand(after: start, .endless(10), rule)
        let tree = explorer.tree
        #expect(outcome.leaves.count > 3 && outcome.leaves.count < 40)
        #expect(Set(outcome.leaves) == Set(tree.leaves))
        let first = try #require(tree[start]).token.index.rawValue + 1
        var forks = 0
        for leaf in outcome.leaves {
            let path = tree.path(to: leaf)
            #expect(path.count == first + 10)
            for node in path[first...] {
                let alternatives = [node] + tree.siblings(of: node)
                let margin = try #require(tree[node, .margin])
                // Every place is forked at whose margin is small, as deep as the rule says.
                let depth = path[first...].prefix { $0 != node }.count {
                    !tree.siblings(of: $0).isEmpty && tree.edit(of: $0) != nil
                }
                if depth < 2, tree.edit(of: node) == nil {
                    #expect((alternatives.count == 2) == (margin < 0.05))
                }
                forks += alternatives.count - 1
            }
            let edited = path.count { tree.edit(of: $0) != nil }
            #expect(edited <= 2)
        }
        #expect(forks > 0)
        // Along a branch that is there, the same places are found.
        var (other, leaf) = try begun(10)
        let along = try other.expand(
            along: leaf, .endless(3), ExpansionRule(.margin(below: 0.05), width: 3, depth: 1))
        let path = other.tree.path(to: leaf)
        let margins = try path[first...].map { try #require(other.tree[$0, .margin]) }
        #expect(along.leaves.count == 2 * margins.count { $0 < 0.05 })
        let entropy = try other.expand(
            along: leaf, .endless(1), ExpansionRule(.entropy(above: 4), depth: 1))
        let entropies = try path[first...].map { try #require(other.tree[$0, .entropy]) }
        #expect(entropy.leaves.count == entropies.count { $0 > 4 })
    }

    @Test func samplesAreOrderedByScore() throws {
        var (explorer, start) = try begun()
        let scored = try explorer.samples(6, after: start, .endless(8))
        #expect(scored.branches.count == 6)
        let means = scored.branches.map(\.meanLogProbability)
        #expect(means == means.sorted(by: >))
        for branch in scored.branches {
            let trace = explorer.tree.trace(of: branch.leaf)
            let surprisals = try #require(trace[.surprisal]?.suffix(8)).compactMap(\.self)
            #expect(abs(surprisals.reduce(0, +) + branch.logProbability) < 1e-9)
        }
        let shortest = try explorer.samples(3, after: start, .endless(4)) { branch, tree in
            -Double(tree.trace(of: branch.leaf).generatedText.utf8.count)
        }
        let lengths = shortest.branches.map {
            explorer.tree.trace(of: $0.leaf).generatedText.utf8.count
        }
        #expect(lengths == lengths.sorted())
    }

    @Test func aBeamIsAtLeastAsProbableAsGreedy() throws {
        var (explorer, start) = try begun()
        let greedy = try explorer.samples(1, after: start, .greedy(maxTokens: 8)).branches[0]
        let nodes = explorer.tree.count
        let beam = try explorer.beam(
            after: start, BeamSettings(width: 6, maxTokens: 8, lengthPenalty: 0))
        #expect(beam.branches.count == 6)
        #expect(beam.branches[0].logProbability >= greedy.logProbability - 1e-9)
        let sums = beam.branches.map(\.logProbability)
        #expect(sums == sums.sorted(by: >))
        #expect(Set(beam.branches.map { explorer.tree.trace(of: $0.leaf).ids }).count == 6)
        // They share what they begin with.
        #expect(explorer.tree.count - nodes < beam.branches.reduce(0) { $0 + $1.tokens })
        for branch in beam.branches {
            let trace = explorer.tree.trace(of: branch.leaf)
            let surprisals = try #require(trace[.surprisal]?.suffix(branch.tokens))
                .compactMap(\.self)
            #expect(abs(surprisals.reduce(0, +) + branch.logProbability) < 1e-9)
        }
        // A beam of one takes the most probable token each time.
        let one = try explorer.beam(after: start, BeamSettings(width: 1, maxTokens: 8))
        #expect(
            explorer.tree.trace(of: one.branches[0].leaf).ids
                == explorer.tree.trace(of: greedy.leaf).ids)
    }

    /// A text of a model whose outcome one token decides: "a" is followed by "a", "b" by "b" for good.
    private func deciding(_ text: String) throws -> (BranchExplorer, BranchNode.ID) {
        var explorer = try BranchExplorer(
            ModelContext(
                model: PairModel(), tokenizer: ByteTokenizer(),
                identity: ModelIdentity(
                    name: "pairs", family: "scripted", fingerprint: "", parameterCount: 0)))
        let ids = Array(text.utf8).map(Int.init)
        var leaf = try explorer.write(ids: [ids[0]], .greedy(maxTokens: 0)).leaves[0]
        for id in ids.dropFirst() {
            leaf = explorer.tree.append(
                BranchToken(id: id, bytes: [UInt8(id)], origin: .forced), to: leaf,
                settings: explorer.tree.header.settings)
        }
        return (explorer, leaf)
    }

    private func ending(_ tokens: [TokenRecord]) -> String {
        String(decoding: tokens.suffix(2).flatMap(\.bytes), as: UTF8.self)
    }

    @Test func theForkingTokenIsTheOneThatDecides() throws {
        var (explorer, leaf) = try deciding("xyaaa")
        let settings = ForkingSettings(
            alternatives: 2, minimumProbability: 0.01, samples: 12, continuation: 3)
        let found = try explorer.forkingTokens(
            of: leaf, settings, parameters: GenerateParameters(temperature: 1, topP: 1, seed: 5),
            outcome: ending)
        #expect(found.positions.map(\.token.index.rawValue) == [1, 2, 3, 4])
        #expect(found.forks(spread: 0.9).map(\.token.index.rawValue) == [2])
        #expect(found.positions.map(\.choices.count) == [1, 2, 1, 1])
        #expect(found.positions[1].choices.map(\.outcomes) == [["aa": 12], ["bb": 12]])
        #expect(found.positions[0].outcomes.keys.sorted() == ["aa", "bb"])
        let largest = found.changes.max { $0.change < $1.change }
        #expect(largest?.token.rawValue == 2)
        let estimate = explorer.estimateForkingTokens(of: leaf, settings)
        #expect(found.forwardTokens <= estimate.forwardTokens)
        #expect(throws: BranchingFailure.self) {
            try explorer.forkingTokens(
                of: leaf, ForkingSettings(forwardTokenBudget: 10), outcome: ending)
        }
    }

    @Test func theMinimalFlipIsOneToken() throws {
        var (explorer, leaf) = try deciding("xya")
        let settings = FlipSettings(
            alternatives: 2, size: 2, continuation: 2, forwardTokenBudget: 10_000)
        let flip = try explorer.minimalFlip(
            of: leaf, settings, parameters: .greedy(), outcome: ending)
        #expect(flip.original == "aa")
        #expect(flip.outcome == "bb")
        #expect(flip.isFound && flip.isMinimal)
        #expect(flip.replacements.map(\.token.index.rawValue) == [2])
        #expect(flip.replacements.map(\.id) == [98])
        #expect(flip.tokens.map(\.id) == Array("xybbb".utf8).map(Int.init))
        // Where no token of the given places does it, all are tried.
        let none = try explorer.minimalFlip(
            of: leaf, positions: TokenIndex(1)..<TokenIndex(2), settings, parameters: .greedy(),
            outcome: ending)
        #expect(!none.isFound && !none.isMinimal && none.tried == 2)
        // Two together: neither byte alone makes the outcome another.
        let both = try explorer.minimalFlip(
            of: leaf, settings, parameters: .greedy(),
            outcome: { tokens in
                tokens[1].id != 121 && tokens[2].id == 98 ? "changed" : "same"
            })
        #expect(both.replacements.map(\.token.index.rawValue) == [1, 2])
        #expect(both.isMinimal)
        let poor = try explorer.minimalFlip(
            of: leaf,
            FlipSettings(alternatives: 2, size: 2, continuation: 2, forwardTokenBudget: 20),
            parameters: .greedy(), outcome: { _ in "the same" })
        #expect(!poor.isFound && poor.forwardTokens <= 20 && poor.tried > 0)
    }
}

/// A model that looks at one token only: after "x" comes "y", after "y" either "a" or "b".
private struct PairModel: LanguageModel {
    let configuration: DecoderConfiguration
    var kernels: String { "pairs" }

    init() {
        var shape = DecoderConfiguration(modelType: "pairs")
        shape.vocabularySize = 257
        shape.layerCount = 1
        shape.hiddenSize = 1
        shape.queryHeadCount = 1
        shape.keyValueHeadCount = 1
        shape.headDimension = 1
        shape.contextLength = 64
        configuration = shape
    }

    func forward(
        _ lanes: inout [Lane<Float>], in workspace: inout Workspace<Float>,
        into sink: inout some SignalSink<Float>
    ) throws(ModelFailure) {
        try sink.beginLayer(0)
        for index in lanes.indices {
            let (start, tokens) = (lanes[index].cache.count, lanes[index].tokens)
            lanes[index].cache.reserve(tokens.count)
            for (offset, token) in tokens.enumerated() {
                guard
                    lanes[index].logits == .all
                        || lanes[index].logits == .last && offset == tokens.count - 1
                else { continue }
                let logits = Self.logits(after: token)
                sink.logits(logits.span, at: RowPlace(lane: index, row: start + offset))
            }
            lanes[index].cache.commit(tokens.count)
        }
    }

    private static func logits(after token: Int) -> [Float] {
        var logits = [Float](repeating: 0, count: 257)
        switch token {
        case 120: logits[121] = 30
        case 121: (logits[97], logits[98]) = (30, 29.5)
        case 98: logits[98] = 30
        default: logits[97] = 30
        }
        return logits
    }

    func checkUnchanged() {}
}
