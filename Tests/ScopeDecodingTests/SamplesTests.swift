import Synchronization
import Testing
import TokenScope

/// Several samples of one prompt, and draws that do not depend on how work is cut up.
@Suite struct SamplesTests {
    private let prompt = "def fibonacci(n):\n    if n < 2:\n        return n\n"

    private func session(
        maxTokens: Int = 24, seed: UInt64 = 3,
        _ change: (inout GenerateParameters) -> Void = { _ in }
    ) throws -> DecodingSession {
        var parameters = GenerateParameters(maxTokens: maxTokens, temperature: 1, seed: seed)
        change(&parameters)
        return try DecodingSession(
            try ModelContext.tinyPython.get(), prompt: prompt, parameters: parameters)
    }

    @Test func samplesShareThePromptAndDifferAfterIt() throws {
        var trunk = try session()
        let passes = PassCounter()
        trunk.prefillProgress = { _, _ in passes.count() }
        var traces: [TokenTrace] = []
        for var sample in try trunk.samples(6) { traces.append(try sample.decodeAll()) }
        #expect(passes.total == 1)
        let length = traces[0].tokens.count { $0.origin == .prompt }
        #expect(Set(traces.map { Array($0.ids.prefix(length)) }).count == 1)
        #expect(Set(traces.map(\.ids)).count == 6)
        #expect(Set(traces.map(\.header.settings.seed)).count == 6)
    }

    @Test func eachSampleIsTheSessionOfItsSeed() throws {
        var trunk = try session()
        for (number, var sample) in try trunk.samples(4).enumerated() {
            let seed = trunk.parameters.seed(ofSample: number)
            #expect((seed == 3) == (number == 0))
            var alone = try session(seed: seed)
            #expect(try sample.decodeAll() == (try alone.decodeAll()))
        }
    }

    @Test func seedsOfSamplesAreSplitMix64() {
        // The generator's first outputs from 0, as its authors' program prints them.
        let parameters = GenerateParameters(seed: 0)
        #expect(parameters.seed(ofSample: 1) == 0xE220_A839_7B1D_CDAF)
        #expect(parameters.seed(ofSample: 2) == 0x6E78_9E6A_A1B9_65F4)
    }

    @Test func samplesMayBeginInTheMiddle() throws {
        var trunk = try session()
        var whole = trunk
        let expected = try whole.decodeAll()
        let middle = expected.tokens.count - 10
        for _ in 0..<middle { _ = try trunk.next() }
        var samples = try trunk.samples(2)
        #expect(try samples[0].decodeAll() == expected)
        let other = try samples[1].decodeAll()
        #expect(other.ids.prefix(middle) == expected.ids.prefix(middle))
        #expect(other.ids != expected.ids)
        #expect(try trunk.samples(0).isEmpty)
    }

    @Test func theSameSeedGivesTheSameTokensWhateverTheChunks() throws {
        var reference = try session { ($0.minP, $0.repetitionPenalty) = (0.02, 1.1) }
        let expected = try reference.decodeAll()
        for size in [1, 2, 7, 15, 64] {
            var session = try session {
                ($0.minP, $0.repetitionPenalty, $0.prefillStepSize) = (0.02, 1.1, size)
            }
            let passes = PassCounter()
            session.prefillProgress = { _, _ in passes.count() }
            #expect(try session.decodeAll().ids == expected.ids)
            let prompt = expected.tokens.count { $0.origin == .prompt }
            #expect(passes.total >= (prompt - 1) / size)
        }
    }

    @Test(arguments: [
        GenerateParameters(temperature: 1, topP: 1, seed: 8),
        GenerateParameters(temperature: 0.7, topP: 1, minP: 0.05, seed: 8),
        GenerateParameters(temperature: 1.3, topP: 0.9, seed: 8),
    ])
    func aSessionDrawsWhatTheDistributionDraws(_ parameters: GenerateParameters) throws {
        let logits = (0..<500).map { Float(($0 * 7919) % 503) / 80 }
        let context = try ModelContext.replaying(Array(repeating: logits, count: 60))
        var session = try DecodingSession(context, ids: [0], parameters: parameters)
        let ids = try session.decodeAll().ids
        let distribution = SamplingDistribution(logits: logits.span, parameters: parameters)
        #expect(
            ids.dropFirst()
                == ids.indices.dropFirst().map {
                    distribution.draw(index: $0, seed: 8)
                }[...])
        #expect(Set(ids).count > 20)
    }

    @Test func readingThePromptFirstChangesNothing() throws {
        var plain = try session()
        let expected = try plain.decodeAll()
        var prefilled = try session()
        try prefilled.prefill()
        #expect(prefilled.trace.tokens.allSatisfy { $0.origin == .prompt })
        #expect(!prefilled.trace.tokens.isEmpty)
        try prefilled.prefill()
        var tokens: [TokenRecord] = []
        while let token = try prefilled.next() { tokens.append(token) }
        #expect(tokens == expected.tokens)
        #expect(prefilled.trace == expected)
    }

    @Test func aStepSaysHowItsTokenWasDrawn() throws {
        struct Draws: DecodingObserver {
            var probabilities: [Double?] = []
            var sizes: [Int?] = []
            var shares: [Double] = []
            mutating func observe(_ step: borrowing DecodingStep, record: inout TokenMetrics) {
                probabilities.append(step.samplingProbability)
                sizes.append(step.nucleusSize)
                guard step.token.origin == .sampled, let distribution = step.distribution else {
                    return
                }
                let exact = ReferenceSampler(parameters: GenerateParameters(topK: 3, topP: 1))
                var logits: [Float] = []
                for index in distribution.logits.indices {
                    logits.append(distribution.logits[index])
                }
                shares.append(exact.probabilities(of: logits)[step.token.id] ?? 0)
            }
        }
        var session = try session(maxTokens: 5) { ($0.temperature, $0.topK, $0.topP) = (0.8, 3, 1) }
        let draws = session.attach(Draws())
        try session.force(11)
        let count = try session.decodeAll().tokens.count
        let observer = session[draws]
        #expect(
            observer.sizes == Array(repeating: nil, count: count - 5)
                + Array(repeating: 3, count: 5))
        #expect(observer.probabilities.prefix(count - 5).allSatisfy { $0 == nil })
        #expect(observer.shares.count == 5)
        for (probability, share) in zip(observer.probabilities.suffix(5), observer.shares) {
            #expect(abs((probability ?? 0) - share) < 1e-9)
        }
    }
}

/// Counts calls from a closure.
private final class PassCounter: Sendable {
    private let passes = Mutex(0)
    func count() { passes.withLock { $0 += 1 } }
    var total: Int { passes.withLock { $0 } }
}
