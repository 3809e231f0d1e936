import ScopeTestKit
import Testing
import TokenScope

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What a replacement does to what follows.
@Suite struct EffectTests {
    private func explored(_ count: Int = 40) throws -> (BranchExplorer, [BranchNode.ID]) {
        var explorer = try BranchExplorer(try ModelContext.tinyPython.get()) {
            $0.attachStandardMetrics()
        }
        let leaf = try explorer.write(
            prompt: "def fibonacci(n):\n    ", .endless(count)
        ).leaves[0]
        return (explorer, explorer.tree.path(to: leaf))
    }

    @Test func theSameTokenChangesNothing() throws {
        var (explorer, path) = try explored()
        let leaf = path[path.count - 1]
        for (start, end) in [(0, 0), (1, 1), (4, 6), (20, 20), (path.count - 2, path.count - 1)] {
            let ids = path[start...end].compactMap { explorer.tree[$0]?.token.id }
            let result = try explorer.counterfactual(
                replacing: path[start], through: path[end], with: ids, upTo: leaf)
            #expect(result.effect.downstream.count == path.count - 1 - end)
            #expect(result.effect.downstream.allSatisfy { $0.change == 0 && $0.divergence == 0 })
            #expect(
                result.effect.originalLogProbability == result.effect.replacementLogProbability)
            #expect(
                result.effect.reconvergence(threshold: 0)?.rawValue
                    == (end + 1 < path.count ? end + 1 : nil))
            // What was written after it had the same noise.
            if end >= 10 {
                #expect(result.difference.isEmpty)
                #expect(result.difference.byteEditDistance == 0)
            }
        }
    }

    @Test func theEffectIsThatOfTwoReadings() throws {
        var (explorer, path) = try explored()
        let context = explorer.context
        let leaf = path[path.count - 1]
        for (place, ids) in [(12, [90]), (15, [90, 91, 92]), (9, []), (0, [3]), (0, [])] {
            let effect = try explorer.effect(
                ofReplacing: path[place], through: path[place + 1], with: ids, upTo: leaf)
            let tokens = path.compactMap { explorer.tree[$0]?.token.id }
            let changed = Array(tokens[..<place]) + ids + tokens[(place + 2)...]
            func steps(_ ids: [Int]) throws -> [InMemoryObserver.Step] {
                var session = try DecodingSession(
                    context, ids: ids, parameters: .greedy(maxTokens: 0))
                let handle = session.attach(InMemoryObserver(keepsLogits: true))
                while try session.next() != nil {}
                return session[handle].steps
            }
            let (left, right) = (try steps(tokens), try steps(changed))
            let shift = ids.count - 2
            let first = max(place + 2, 1 - shift)
            #expect(effect.downstream.first?.token.index.rawValue == first)
            for (offset, downstream) in effect.downstream.enumerated() {
                let a = left[first + offset]
                let b = right[first + offset + shift]
                #expect(abs((a.surprisal ?? 0) + downstream.originalLogProbability) < 1e-9)
                #expect(abs((b.surprisal ?? 0) + downstream.changedLogProbability) < 1e-9)
                let (p, q) = (a.logits ?? [], b.logits ?? [])
                var divergence = 0.0
                for id in p.indices {
                    let own = Double(p[id]) - (a.logSumExp ?? 0)
                    divergence += exponential(own) * (own - Double(q[id]) + (b.logSumExp ?? 0))
                }
                #expect(abs(divergence - downstream.divergence) < 1e-6)
                #expect(downstream.divergence >= 0)
            }
            let own = right[place..<place + ids.count].reduce(0) { $0 - ($1.surprisal ?? 0) }
            #expect(abs(own - effect.replacementLogProbability) < 1e-9)
        }
    }

    @Test func resultsWithInfinitiesAreEncoded() throws {
        var (explorer, path) = try explored(4)
        let leaf = path[path.count - 1]
        let result = try explorer.counterfactual(replacing: path[3], with: [80], upTo: leaf)
        let atlas = try explorer.atlas(of: leaf, AtlasSettings(alternatives: 1, continuation: 2))
        #expect(try coded(result) == result)
        #expect(try coded(atlas) == atlas)
        // A model that holds tokens impossible.
        let impossible = ScriptedModel(
            rows: [[0, -.infinity, 1], [0, 1, -.infinity], [1, 1, 1]])
        var scripted = try BranchExplorer(impossible.context)
        let end = try scripted.write(ids: [0, 1, 2], .greedy(maxTokens: 0)).leaves[0]
        let node = scripted.tree.path(to: end)[0]
        let effect = try scripted.effect(ofReplacing: node, with: [2], upTo: end)
        #expect(effect.downstream.first?.originalLogProbability == -.infinity)
        #expect(effect.downstream.first?.change == 0)
        #expect(try coded(effect) == effect)
    }

    private func coded<Value: Codable>(_ value: Value) throws -> Value {
        try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value))
    }

    @Test func differencesOfTexts() {
        func tokens(_ text: String) -> [TokenRecord] {
            text.utf8.enumerated().map { place, byte in
                TokenRecord(
                    index: TokenIndex(place), id: Int(byte), bytes: [byte],
                    sequenceSpan: place..<place + 1, origin: .sampled)
            }
        }
        let same = BranchDifference(from: tokens("abc"), to: tokens("abc"))
        #expect(same.isEmpty && same.tokenEditDistance == 0 && same.reconvergence == nil)
        let other = BranchDifference(from: tokens("kitten at home"), to: tokens("sitting at home"))
        #expect(other.firstToken == 0 && other.firstByte == 0)
        #expect(other.tokenEditDistance == 3)
        #expect(other.commonTail == 8 && other.reconvergence == 7)
        let longer = BranchDifference(from: tokens("ab"), to: tokens("abab"))
        #expect(longer.firstToken == 2 && longer.byteEditDistance == 2)
        #expect(BranchDifference(from: tokens("ab"), to: tokens("xy")).reconvergence == nil)
    }

    private func exponential(_ x: Double) -> Double {
        var (sum, term) = (1.0, 1.0)
        // Halved until small, then squared back: good to the last digits, without a mathematics library.
        let halvings = 12
        let small = x / Double(1 << halvings)
        for n in 1..<20 {
            term *= small / Double(n)
            sum += term
        }
        for _ in 0..<halvings { sum *= sum }
        return sum
    }
}
