import ScopeTestKit
import Synchronization
import Testing
import TokenScope

/// The checks themselves: processors that break a law are found out, and by which.
@Suite struct SamplerLawsTests {
    final class Box: Sendable {
        let count = Mutex(0)
        func increment() -> Int {
            count.withLock {
                $0 += 1
                return $0
            }
        }
        func set(_ value: Int) { count.withLock { $0 = value } }
    }

    private func broken(_ processor: some LogitProcessor) throws -> Set<SamplerLaw> {
        Set(try SamplerLaws(drawCount: 500).violations(of: processor).map(\.law))
    }

    /// Forbids what came last.
    private struct NoRepeat: LogitProcessor, Equatable {
        var last: Int?
        mutating func accept(_ token: TokenRecord) { last = token.id }
        func process(_ logits: inout MutableSpan<Float>, at index: TokenIndex) {
            if let last { logits[last] = -.infinity }
        }
    }

    @Test func aProcessorThatIsAValueKeepsThem() throws {
        #expect(try SamplerLaws(drawCount: 1_000).violations(of: NoRepeat()).isEmpty)
    }

    @Test(arguments: [
        GenerateParameters.greedy(maxTokens: 8),
        GenerateParameters(maxTokens: 8, temperature: 0.7, topK: 20, topP: 0.9, minP: 0.01),
        GenerateParameters(
            maxTokens: 8, repetitionPenalty: 1.3, frequencyPenalty: 0.2, presencePenalty: 0.1,
            logitBias: [65: 1]),
    ])
    func theLibrarysOwnSettingsKeepThem(_ parameters: GenerateParameters) throws {
        let laws = try SamplerLaws(parameters: parameters, drawCount: 300)
        #expect(try laws.violations(of: NoRepeat()).isEmpty)
        #expect(try laws.violations(of: RepetitionPenalty(1.2)).isEmpty)
    }

    /// A class in the value: every run goes on where the last one stopped.
    @Test func sharedStateBreaksThem() throws {
        struct Shared: LogitProcessor {
            let box = Box()
            func process(_ logits: inout MutableSpan<Float>, at index: TokenIndex) {
                logits[box.increment() % logits.count] += 3
            }
        }
        #expect(try broken(Shared()).isSuperset(of: [.replay, .chunking, .fork]))
        let violation = try #require(
            try SamplerLaws(drawCount: 1).violations(of: Shared()).first)
        #expect(violation.description.hasPrefix("replay: the second run: the logit of "))
    }

    /// Begins afresh with each sequence, so that only two sequences at once give it away.
    @Test func sharedStateThatIsResetStillBreaksForks() throws {
        struct Resetting: LogitProcessor {
            let box = Box()
            func accept(_ token: TokenRecord) {
                if token.index.rawValue == 0 { box.set(0) }
                _ = box.increment()
            }
            func process(_ logits: inout MutableSpan<Float>, at index: TokenIndex) {
                logits[box.count.withLock { $0 } % logits.count] += 3
            }
        }
        #expect(try broken(Resetting()).contains(.fork))
        #expect(try broken(Resetting()).isDisjoint(with: [.replay, .chunking]))
    }

    /// Draws that hang together: an own draw in the processor, from a seed that the session's seed
    /// does not change.
    @Test func drawsOfItsOwnAreFound() throws {
        struct Deciding: LogitProcessor {
            let box = Box()
            func process(_ logits: inout MutableSpan<Float>, at index: TokenIndex) {
                let winner = box.increment() % 7
                for id in logits.indices where id != winner { logits[id] = -.infinity }
            }
        }
        #expect(try broken(Deciding()).contains(.draws))
    }

    @Test func aProcessorThatLeavesNothingThrows() throws {
        struct Forbidding: LogitProcessor {
            func process(_ logits: inout MutableSpan<Float>, at index: TokenIndex) {
                for id in logits.indices { logits[id] = -.infinity }
            }
        }
        #expect(throws: DecodingFailure.self) {
            try SamplerLaws().violations(of: Forbidding())
        }
    }
}
