import ScopeTestKit
import Testing
import TokenScope

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Metrics of single distributions and of pairs, against numbers worked out by hand.
@Suite struct DistributionObserverTests {
    @Test func varentropyIsTheVarianceOfSurprisal() throws {
        let trace = try decode(
            [
                [0.5, 0.25, 0.125, 0.125], [0.25, 0.25, 0.25, 0.25], [0, 1, 0, 0],
                [0.5, 0.5, 0, 0],
            ],
            ids: [0, 1, 1, 1], .greedy(maxTokens: 1), with: VarentropyObserver())
        let column = try #require(trace[.varentropy])
        #expect(column[0] == nil)
        // In bits: surprisals 1, 2, 3, 3 of mean 1.75; the mean of their squares is 3.75.
        #expect(isNear(column[1], 0.6875 * log(2) * log(2)))
        #expect(isNear(column[2], 0))
        #expect(column[3] == 0)
        #expect(isNear(column[4], 0))
    }

    @Test func theNucleusHasTheFewestTokensThatReachTheMass() throws {
        let row = [0.125, 0.5, 0, 0.25, 0.125]
        for (mass, size) in [(0.1, 1), (0.49, 1), (0.51, 2), (0.74, 2), (0.8, 3), (0.9, 4), (1, 4)]
        {
            let trace = try decode([row], ids: [0, 1], with: NucleusObserver(mass: mass))
            #expect(trace[.nucleusSize(mass: mass)]?[1] == size, "mass \(mass)")
            #expect(trace[.nucleusSize(mass: mass)]?[0] == nil)
            #expect(trace.metrics.names == ["nucleus_size_\(mass)"])
        }
    }

    @Test func aWideNucleusIsCountedToo() throws {
        let even = Array(repeating: 1.0 / 5000, count: 5000)
        for (mass, size) in [(0.0101, 51), (0.0301, 151), (0.90005, 4501), (1, 5000)] {
            let trace = try decode([even], ids: [0, 1], with: NucleusObserver(mass: mass))
            #expect(trace[.nucleusSize(mass: mass)]?[1] == size)
        }
        var random = SystemlessGenerator(state: 4)
        for _ in 0..<20 {
            let weights = (0..<700).map { _ in -log(random.unit()) }
            let row = weights.map { $0 / weights.reduce(0, +) }
            let trace = try decode([row], ids: [0, 1], with: NucleusObserver(mass: 0.7))
            var sum = 0.0
            let expected = row.sorted(by: >).prefix { share in
                defer { sum += share }
                return sum < 0.7
            }
            #expect(trace[.nucleusSize(mass: 0.7)]?[1] == expected.count)
        }
    }

    @Test func theDivergenceIsFromTheTokenBefore() throws {
        let trace = try decode(
            [[0.25, 0.75], [0.5, 0.5], [0.5, 0.5], [1, 0], [0.5, 0.5]], ids: [0, 1, 1, 0, 0],
            .greedy(maxTokens: 1), with: StepDivergenceObserver())
        let column = try #require(trace[.divergenceFromPrevious])
        #expect(column[0] == nil)
        #expect(column[1] == nil)
        // ½ ln (½ / ¼) + ½ ln (½ / ¾)
        #expect(isNear(column[2], 0.5 * log(2) + 0.5 * log(2.0 / 3)))
        #expect(column[3] == 0)
        #expect(isNear(column[4], log(2)))
        #expect(column[5] == .infinity)
    }

    @Test func theSamplersProbabilityIsComparedWithTheModels() throws {
        let row = [0.5, 0.25, 0.25]
        var session = try DecodingSession(
            ScriptedModel(rows: rows(Array(repeating: row, count: 40))).context, ids: [0, 1],
            parameters: GenerateParameters(maxTokens: 30, temperature: 1, topK: 2, topP: 1))
        session.attach(SamplingObserver())
        try session.force(2)
        while try session.next() != nil {}
        let trace = session.trace
        let probability = try #require(trace[.samplingProbability])
        #expect(probability.prefix(3).allSatisfy { $0 == nil })
        var seen: Set<Int> = []
        for token in trace.tokens.dropFirst(3) {
            // Two thirds and one third of what top-k left, each 4/3 of the model's.
            #expect(isNear(probability[token.index], token.id == 0 ? 2.0 / 3 : 1.0 / 3))
            #expect(isNear(trace[.samplingLogRatio]?[token.index], log(4.0 / 3)))
            #expect(trace[.samplingNucleusSize]?[token.index] == 2)
            seen.insert(token.id)
        }
        #expect(seen == [0, 1])
        #expect(trace.tokens.count == 33)
    }

    @Test func takingTheMostProbableIsCertain() throws {
        let trace = try decode(
            [[0.25, 0.75]], ids: [0], .greedy(maxTokens: 1), with: SamplingObserver())
        #expect(trace[.samplingProbability]?[1] == 1)
        #expect(isNear(trace[.samplingLogRatio]?[1], -log(0.75)))
        #expect(trace[.samplingNucleusSize]?[1] == 1)
    }
}

/// A small generator of even numbers between 0 and 1.
struct SystemlessGenerator {
    var state: UInt64
    mutating func unit() -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (Double(state >> 11) + 0.5) * 0x1p-53
    }
}
