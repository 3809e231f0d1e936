import Testing
import TokenScope

/// The sampling distribution, and draws from it.
@Suite struct SamplingTests {
    private let logits: [Float] = [2, 1, 0.5, 0, -1, -3]

    private func distribution(_ parameters: GenerateParameters) -> SamplingDistribution {
        SamplingDistribution(logits: logits.span, parameters: parameters)
    }

    @Test func everythingKeptIsTheSoftmax() {
        let all = distribution(GenerateParameters(temperature: 1, topP: 1))
        #expect(all.candidates.map(\.id) == [0, 1, 2, 3, 4, 5])
        let total = all.candidates.reduce(0) { $0 + $1.probability }
        #expect(abs(total - 1) < 1e-12)
        // exp(2) over the sum of exponentials, by hand.
        #expect(abs(all.candidates[0].probability - 0.560_893_3) < 1e-6)
    }

    @Test func theTokenThatCrossesTopPStaysIn() {
        let probabilities = distribution(GenerateParameters(temperature: 1, topP: 1)).candidates
        let firstTwo = probabilities[0].probability + probabilities[1].probability
        let within = distribution(GenerateParameters(temperature: 1, topP: firstTwo - 1e-6))
        #expect(within.candidates.map(\.id) == [0, 1])
        let beyond = distribution(GenerateParameters(temperature: 1, topP: firstTwo + 1e-6))
        #expect(beyond.candidates.map(\.id) == [0, 1, 2])
        let tiny = distribution(GenerateParameters(temperature: 1, topP: 1e-9))
        #expect(tiny.candidates.map(\.id) == [0])
    }

    @Test func topKComesBeforeTopP() {
        let kept = distribution(GenerateParameters(temperature: 1, topK: 3, topP: 1))
        #expect(kept.candidates.map(\.id) == [0, 1, 2])
        let total = kept.candidates.reduce(0) { $0 + $1.probability }
        #expect(abs(total - 1) < 1e-12)
        let both = distribution(GenerateParameters(temperature: 1, topK: 3, topP: 0.6))
        // Among the three kept the first has 0.628 of the mass.
        #expect(both.candidates.map(\.id) == [0])
    }

    @Test func temperatureZeroTakesTheLowestIdAmongEquals() {
        let tied: [Float] = [1, 3, 3, 2]
        let greedy = SamplingDistribution(logits: tied.span, parameters: .greedy())
        #expect(greedy.candidates == [.init(id: 1, probability: 1)])
    }

    @Test func impossibleTokensAreNeverKept() {
        let masked: [Float] = [0, -.infinity, 1]
        let kept = SamplingDistribution(
            logits: masked.span, parameters: GenerateParameters(temperature: 1, topP: 1))
        #expect(kept.candidates.map(\.id) == [2, 0])
    }

    @Test func minPKeepsWhatHasAShareOfTheLargest() {
        // Shares of the largest: 1, 0.3679, 0.2231, 0.1353, 0.0498, 0.0067.
        for (minP, kept) in [(0.3678, 2), (0.3679, 1), (0.2, 3), (0.006, 6), (1, 1)] {
            let distribution = distribution(
                GenerateParameters(temperature: 1, topP: 1, minP: minP))
            #expect(distribution.candidates.map(\.id) == Array(0..<kept))
        }
        // Temperature comes first: at 2 the second has 0.6065 of the first.
        let hot = distribution(GenerateParameters(temperature: 2, topP: 1, minP: 0.6))
        #expect(hot.candidates.map(\.id) == [0, 1])
        // After top-k, and never nothing: equal logits all stay.
        let equal: [Float] = [1, 1, 1]
        let all = SamplingDistribution(
            logits: equal.span, parameters: GenerateParameters(temperature: 1, topP: 1, minP: 1))
        #expect(all.candidates.map(\.id) == [0, 1, 2])
    }

    @Test func aTinyTemperatureIsAsGoodAsNone() {
        let cold = distribution(
            GenerateParameters(temperature: .leastNonzeroMagnitude, topP: 0.9))
        #expect(cold.candidates == [.init(id: 0, probability: 1)])
    }

    @Test func aDrawDependsOnSeedAndPlaceAlone() {
        let distribution = distribution(GenerateParameters(temperature: 1, topP: 1))
        let first = (0..<50).map { distribution.draw(index: $0, seed: 9) }
        let backwards = (0..<50).reversed().map { distribution.draw(index: $0, seed: 9) }
        #expect(first == Array(backwards.reversed()))
        #expect(first != (0..<50).map { distribution.draw(index: $0, seed: 10) })
    }
}
