import ScopeTestKit
import Synchronization
import Testing
import TokenScope

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What is said of a whole run, and several observers as one.
@Suite struct RunObserverTests {
    @Test func theSummaryCountsAndSums() throws {
        let half = [0.5, 0.25, 0.25]
        var session = try DecodingSession(
            ScriptedModel(rows: rows(Array(repeating: half, count: 8)), eosTokenIDs: [2]).context,
            ids: [0, 1, 0], parameters: .greedy(maxTokens: 2))
        session.attach(RunSummaryObserver())
        try session.force(1)
        try session.force(2)
        while try session.next() != nil {}
        let summary = session.trace.summary
        #expect(summary[.promptTokens] == 3)
        #expect(summary[.sampledTokens] == 2)
        #expect(summary[.forcedTokens] == 2)
        #expect(summary[.specialTokens] == 1)
        #expect(summary[.sequenceBytes] == 7)
        // Bits: 2, 1 (prompt), 2, 2 (forced), 1, 1 (drawn).
        #expect(isNear(summary[.totalSurprisal], 9 * log(2)))
        #expect(isNear(summary[.generatedSurprisal], 6 * log(2)))
        #expect(isNear(summary[.bitsPerByte], 1.5))
    }

    @Test func nothingPredictedHasNoBitsPerByte() throws {
        let trace = try decode([[0.5, 0.5]], ids: [0], with: RunSummaryObserver())
        #expect(trace.summary[.promptTokens] == 1)
        #expect(trace.summary[.bitsPerByte] == nil)
        #expect(trace.metrics.names.isEmpty)
    }

    /// A clock that goes on by a second whenever it is read.
    struct CountingClock: Clock {
        struct Instant: InstantProtocol {
            var offset: Duration
            func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
            func duration(to other: Instant) -> Duration { other.offset - offset }
            static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
        }
        final class Readings: Sendable {
            let count = Mutex(0)
        }
        let readings = Readings()
        var now: Instant {
            readings.count.withLock {
                $0 += 1
                return Instant(offset: .seconds($0))
            }
        }
        var minimumResolution: Duration { .seconds(1) }
        func sleep(until deadline: Instant, tolerance: Duration?) async throws {}
    }

    @Test func timesAreThoseOfTheClock() throws {
        let trace = try decode(
            Array(repeating: [0.5, 0.5], count: 8), ids: [0, 1, 0], .greedy(maxTokens: 4),
            with: TimingObserver(clock: CountingClock()))
        let column = try #require(trace[.tokenSeconds])
        #expect(Array(column) == [nil, nil, nil, 1, 1, 1, 1])
        #expect(trace.summary[.promptSeconds] == 2)
        #expect(trace.summary[.promptTokensPerSecond] == 1)
        #expect(trace.summary[.generatedSeconds] == 4)
        #expect(trace.summary[.tokensPerSecond] == 1)
    }

    @Test func theRealClockGoesForward() throws {
        let trace = try decode(
            Array(repeating: [0.5, 0.5], count: 8), ids: [0, 1, 0], .greedy(maxTokens: 4),
            with: TimingObserver())
        let seconds = try #require(trace[.tokenSeconds])
        #expect(seconds.present.count == 4)
        #expect(seconds.present.allSatisfy { $0 >= 0 && $0 < 60 })
        let total = seconds.present.reduce(0, +)
        #expect(isNear(trace.summary[.generatedSeconds], total, within: 1e-9))
    }

    @Test func aMultiplexIsWhatItsObserversAre() throws {
        let observers: [any DecodingObserver] = [
            EntropyObserver(), PerplexityObserver(), AlternativesObserver(count: 2),
        ]
        let model = try TinyModel().load()
        let parameters = GenerateParameters(maxTokens: 8, temperature: 1)
        var apart = try DecodingSession(model, prompt: "x = [1, 2", parameters: parameters)
        for observer in observers { apart.attachAny(observer) }
        while try apart.next() != nil {}
        var together = try DecodingSession(model, prompt: "x = [1, 2", parameters: parameters)
        let handle = together.attach(MultiplexObserver(observers))
        while try together.next() != nil {}
        #expect(together.trace == apart.trace)
        #expect(!together.trace.summary.entries.isEmpty)
        #expect(together[handle].first(of: AlternativesObserver.self)?.count == 2)
        #expect(
            together[handle].first(of: PerplexityObserver.self)?.summary() == apart.trace.summary)
        #expect(together[handle].first(of: RankObserver.self) == nil)
    }

    @Test func aMultiplexAsksForWhatItsObserversNeed() throws {
        struct Sums: DecodingObserver {
            let signals: SignalRequest
            var rows = 0
            mutating func observe(_ step: borrowing DecodingStep, record: inout TokenMetrics) {
                if step.attention(layer: 1, head: QueryHead(0)) != nil { rows += 1 }
                if step.hiddenState(layer: 2) != nil { rows += 100 }
            }
        }
        let multiplex = MultiplexObserver([
            Sums(signals: SignalRequest(attention: .layers([1]))), EntropyObserver(),
            Sums(signals: SignalRequest(hiddenStates: .layers([2]))),
        ])
        #expect(
            multiplex.signals
                == SignalRequest(attention: .layers([1]), hiddenStates: .layers([2])))
        var session = try DecodingSession(
            try TinyModel().load(), prompt: "abc", parameters: .greedy(maxTokens: 0))
        let handle = session.attach(multiplex)
        while try session.next() != nil {}
        #expect(session[handle].first(of: Sums.self)?.rows == 202)
    }

    @Test func anErrorInAMultiplexEndsTheSession() throws {
        struct Refusal: Error {}
        struct Refusing: DecodingObserver {
            func observe(_ step: borrowing DecodingStep, record: inout TokenMetrics) throws {
                throw Refusal()
            }
        }
        #expect(throws: DecodingFailure.self) {
            try decode([[1, 0]], ids: [0], with: MultiplexObserver([Refusing()]))
        }
    }
}
