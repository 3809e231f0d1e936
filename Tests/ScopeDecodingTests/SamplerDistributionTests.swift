import ScopeTestKit
import Testing
import TokenScope

/// 100 000 draws at fixed seeds against the exact sampling distribution: each sampler alone, and all
/// together.
@Suite struct SamplerDistributionTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let parameters: GenerateParameters
        var prompt = [1, 2]
        var written: [Int] = []
        /// How many of the twelve tokens can be drawn.
        let kept: Int
    }

    static let logits: [Float] = [
        2.1, 1.6, -0.4, 0.9, 0.2, -1.3, 1.1, -0.2, 0.5, -2.0, 1.5, -0.9,
    ]

    private static func plain(_ change: (inout GenerateParameters) -> Void) -> GenerateParameters {
        var parameters = GenerateParameters(temperature: 1, topP: 1)
        change(&parameters)
        return parameters
    }

    static let cases: [Case] = [
        Case(testDescription: "softmax", parameters: plain { _ in }, kept: 12),
        Case(testDescription: "temperature", parameters: plain { $0.temperature = 0.6 }, kept: 12),
        Case(testDescription: "hot", parameters: plain { $0.temperature = 3 }, kept: 12),
        Case(testDescription: "top-k", parameters: plain { $0.topK = 4 }, kept: 4),
        Case(testDescription: "top-p", parameters: plain { $0.topP = 0.8 }, kept: 5),
        Case(testDescription: "min-p", parameters: plain { $0.minP = 0.2 }, kept: 6),
        Case(
            testDescription: "repetition", parameters: plain { $0.repetitionPenalty = 1.7 },
            written: [0, 9], kept: 12),
        Case(
            testDescription: "frequency", parameters: plain { $0.frequencyPenalty = 0.5 },
            written: [0, 10, 0], kept: 12),
        Case(
            testDescription: "presence", parameters: plain { $0.presencePenalty = 0.9 },
            written: [0, 10, 0], kept: 12),
        Case(
            testDescription: "bias",
            parameters: plain { $0.logitBias = [0: -.infinity, 5: 2, 7: -0.5] }, kept: 11),
        Case(
            testDescription: "top-k, top-p and min-p",
            parameters: plain { ($0.topK, $0.topP, $0.minP) = (7, 0.9, 0.25) }, kept: 5),
        Case(
            testDescription: "all",
            parameters: GenerateParameters(
                temperature: 1.4, topK: 9, topP: 0.92, minP: 0.35, repetitionPenalty: 1.2,
                frequencyPenalty: 0.3, presencePenalty: 0.2, logitBias: [3: 0.7, 1: -0.4]),
            written: [0, 3, 3, 6], kept: 7),
    ]

    @Test(arguments: cases)
    func theDistributionIsTheDefinitions(_ example: Case) {
        let distribution = example.distribution()
        let exact = example.exact
        #expect(distribution.candidates.count == exact.count)
        #expect(exact.count == example.kept)
        for candidate in distribution.candidates {
            let expected = exact[candidate.id] ?? 0
            #expect(abs(candidate.probability - expected) < 1e-6)
        }
    }

    @Test(arguments: cases, [42 as UInt64, 7])
    func drawsFollowTheDistribution(_ example: Case, _ seed: UInt64) {
        let distribution = example.distribution()
        var counts: [Int: Int] = [:]
        for index in 0..<100_000 {
            counts[distribution.draw(index: index, seed: seed), default: 0] += 1
        }
        let fit = ChiSquared(counts, against: example.exact)
        #expect(fit.pValue > 1e-4, "χ² \(fit.statistic) at \(fit.degreesOfFreedom)")
    }

    /// The same through sessions, one draw each: other seeds instead of other places.
    @Test(arguments: cases.filter { ["softmax", "bias", "all"].contains($0.testDescription) })
    func samplesOfASessionFollowTheDistribution(_ example: Case) throws {
        let length = example.prompt.count + example.written.count
        let context = try ModelContext.replaying(
            Array(repeating: Self.logits, count: length))
        var counts: [Int: Int] = [:]
        for batch in 0..<100 {
            var parameters = example.parameters
            parameters.seed = UInt64(batch)
            parameters.maxTokens = 1
            var trunk = try DecodingSession(context, ids: example.prompt, parameters: parameters)
            for id in example.written { try trunk.force(id) }
            for _ in 0..<length { _ = try trunk.next() }
            for var sample in try trunk.samples(1000) {
                let token = try #require(try sample.next())
                counts[token.id, default: 0] += 1
            }
        }
        #expect(counts.values.reduce(0, +) == 100_000)
        let fit = ChiSquared(counts, against: example.exact)
        #expect(fit.pValue > 1e-4, "χ² \(fit.statistic) at \(fit.degreesOfFreedom)")
    }

    @Test func theTestTellsDistributionsApart() {
        let exact = [0: 0.5, 1: 0.3, 2: 0.2]
        #expect(ChiSquared([0: 50_000, 1: 30_000, 2: 20_000], against: exact).pValue == 1)
        #expect(ChiSquared([0: 50_700, 1: 29_500, 2: 19_800], against: exact).pValue < 1e-4)
        #expect(ChiSquared([0: 50_000, 1: 30_000, 3: 20_000], against: exact).pValue == 0)
        // Upper tails from printed tables: 5 % at 3.841 and 9.488, 0.1 % at 20.515.
        for (statistic, degrees, tail) in [(3.841, 1, 0.05), (9.488, 4, 0.05), (20.515, 5, 0.001)] {
            let value = ChiSquared(statistic: statistic, degreesOfFreedom: degrees).pValue
            #expect(abs(value - tail) < 1e-4 * tail * 10)
        }
    }
}

extension SamplerDistributionTests.Case {
    var exact: [Int: Double] {
        ReferenceSampler(parameters: parameters, prompt: prompt, written: written)
            .probabilities(of: SamplerDistributionTests.logits)
    }

    /// What the library's own processors and sampler make of the logits.
    func distribution() -> SamplingDistribution {
        var processors: [any LogitProcessor] = [
            LogitBias(parameters.logitBias), RepetitionPenalty(parameters.repetitionPenalty),
            OccurrencePenalty(
                frequency: parameters.frequencyPenalty, presence: parameters.presencePenalty),
        ]
        var trace = TokenTrace(
            header: TraceHeader(
                model: ModelIdentity(name: "", family: "", fingerprint: "", parameterCount: 0),
                kernels: "", settings: GenerationSettings(), eosTokenIDs: [], contextLength: 1,
                libraryVersion: ""))
        for id in prompt { trace.append(id: id, bytes: [], origin: .prompt) }
        for id in written { trace.append(id: id, bytes: [], origin: .sampled) }
        var logits = SamplerDistributionTests.logits
        var span = logits.mutableSpan
        for index in processors.indices {
            for token in trace.tokens { processors[index].accept(token) }
            try? processors[index].process(&span, at: TokenIndex(trace.tokens.count))
        }
        return SamplingDistribution(logits: logits.span, parameters: parameters)
    }
}
