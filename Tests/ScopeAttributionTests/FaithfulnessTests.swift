@testable import ScopeAttribution
import ScopeDecoding
import ScopeTensor
import ScopeTestKit
import ScopeTrace
import ScopeTransformer
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Measures of faithfulness, against their definitions.
@Suite struct FaithfulnessTests {
    private static let ids = [
        5, 17, 10, 42, 17, 8, 10, 30, 2, 61, 7, 10, 99, 4, 23, 81, 17, 6, 2, 1, 44, 9,
    ]
    private static let target = AttributionTarget(TokenIndex(21))

    private func text() throws -> AttributedText {
        try AttributedText(Self.ids, in: TinyModel(seed: 4).load())
    }

    /// Logits behind the first 21 tokens with the embeddings of some of them zero.
    private func logits(without tokens: [Int]) throws -> [Double] {
        let context = try TinyModel(seed: 4).load()
        let model = try #require(context.model as? DecoderModel<HostAlgebra>)
        var rows = try model.embeddings(of: Array(Self.ids.prefix(21)))
        let width = rows.columns
        for token in tokens {
            rows.storage.replaceSubrange(
                token * width..<(token + 1) * width, with: Array(repeating: 0, count: width))
        }
        let tape = try model.record(rows)
        return model.logits(of: model.hiddenStates(of: tape, rows: [tape.tokenCount - 1]))
            .storage.map(Double.init)
    }

    private func logProbability(_ id: Int, without tokens: [Int]) throws -> Double {
        let logits = try logits(without: tokens)
        return logits[id] - logSumOfExponentials(logits)
    }

    /// The authors' benchmark, step by step: of 22 tokens with the target 5, 10 and 20 % are 1, 2, 4.
    @Test func theCurveIsTheAuthors() throws {
        let text = try text()
        let attribution = try SemanticScope().attribute(Self.target, in: text)
        let report = try FaithfulnessReference(for: Self.target, in: text).report(on: attribution)
        let intact = try logits(without: [])
        let best = intact.indices.reduce(0) { intact[$1] > intact[$0] ? $1 : $0 }
        #expect(report.prediction == best)
        let order = attribution.scores.indices.sorted {
            attribution.scores[$0] > attribution.scores[$1]
        }
        let base = try logProbability(best, without: [])
        let drops = try [1, 2, 4].map {
            base - (try logProbability(best, without: Array(order.prefix($0))))
        }
        for (left, right) in zip(report.ablation.drops, drops) { #expect(abs(left - right) < 1e-4) }
        let area = 0.025 * (drops[0] + drops[1]) + 0.05 * (drops[1] + drops[2])
        #expect(abs(report.ablation.area - area) < 1e-4)
        #expect(report.ablation.fractions == [0.05, 0.1, 0.2])
    }

    @Test func erasureIsTheDefinition() throws {
        let text = try text()
        let attribution = try GradientNorm().attribute(Self.target, in: text)
        let reference = try FaithfulnessReference(for: Self.target, in: text)
        let report = try reference.report(on: attribution)
        let order = attribution.scores.indices.sorted {
            attribution.scores[$0] > attribution.scores[$1]
        }
        let id = report.prediction
        let base = exp(try logProbability(id, without: []))
        // The whole number above 1, 5, 10, 20 and 50 % of 21 tokens.
        let counts = [1, 2, 3, 5, 11]
        var (without, only) = (0.0, base - exp(try logProbability(id, without: Array(0..<21))))
        for (place, count) in counts.enumerated() {
            let loss = base - exp(try logProbability(id, without: Array(order.prefix(count))))
            let rest = base - exp(try logProbability(id, without: Array(order.dropFirst(count))))
            #expect(abs(report.erasure.comprehensiveness[place] - loss) < 1e-5)
            #expect(abs(report.erasure.sufficiency[place] - rest) < 1e-5)
            without += loss
            only += rest
        }
        #expect(abs(report.erasure.meanComprehensiveness - without / 6) < 1e-5)
        #expect(abs(report.erasure.meanSufficiency - only / 6) < 1e-5)
    }

    @Test func divergencesAreTheDefinition() throws {
        let reference = try FaithfulnessReference(for: Self.target, in: text())
        let intact = try logits(without: [])
        let base = logSumOfExponentials(intact)
        for token in [0, 7, 20] {
            let changed = try logits(without: [token])
            let normalizer = logSumOfExponentials(changed)
            let divergence = intact.indices.reduce(0.0) {
                let own = max(exp(intact[$1] - base), 1e-10)
                return $0 + own * (log(own) - log(max(exp(changed[$1] - normalizer), 1e-10)))
            }
            #expect(abs(reference.divergences[token] - divergence) < 1e-5)
        }
    }

    /// Scores that are the divergences themselves agree with them entirely, and their opposite not.
    @Test func leaveOneOutAgreesWithItself() throws {
        let reference = try FaithfulnessReference(for: Self.target, in: text())
        func attribution(_ scores: [Double]) -> Attribution {
            Attribution(
                method: "elsewhere", target: Self.target.token, targetID: 9, scores: scores,
                isSigned: false)
        }
        let own = try reference.report(on: attribution(reference.divergences)).agreement
        #expect(own.rank == 1 && own.percentile == 0 && own.isWithinFirstTwentieth)
        #expect(own.kendall == 1)
        #expect(abs(own.spearman - 1) < 1e-12)
        let peak = reference.divergences.max() ?? 0
        let reversed = try reference.report(
            on: attribution(reference.divergences.map { peak - $0 })
        ).agreement
        #expect(reversed.rank == 21 && abs(reversed.percentile - 100 * 20.0 / 22) < 1e-9)
        #expect(reversed.kendall == -1)
        #expect(abs(reversed.spearman + 1) < 1e-12)
    }

    @Test func correlationsKnowTies() {
        #expect(RankCorrelation.ranks([3, 1, 3, 0]) == [3.5, 2, 3.5, 1])
        // By hand: of 6 pairs 4 agree, 0 disagree, one is tied on the left, one on the right.
        let kendall = RankCorrelation.kendall([1, 2, 2, 3], [1, 2, 3, 3])
        #expect(abs(kendall - 4 / 5) < 1e-12)
        #expect(RankCorrelation.kendall([1, 1], [0, 1]) == 0)
        #expect(RankCorrelation.spearman([1, 1], [0, 1]) == 0)
        #expect(abs(RankCorrelation.spearman([1, 2, 3], [10, 30, 20]) - 0.5) < 1e-12)
    }

    @Test func scoresOfChanceAreNormal() {
        for (probability, quantile) in [(0.5, 0.0), (0.975, 1.959963985), (0.001, -3.090232306)] {
            #expect(abs(NormalScore.quantile(probability) - quantile) < 1e-8)
        }
        let draws = (1...64).map(Double.init)
        let score = { (value: Double) in
            NormalScore.score(of: value, among: draws, deviation: 18.6)
        }
        #expect(abs(score(32.5)) < 1e-9)
        // Two of 65 places lie outside 2.
        #expect(score(64.5) > 2 && score(63.5) < 2 && score(0.5) < -2 && score(1.5) > -2)
        #expect(abs(score(64 + 10 * 18.6) - (score(64.5 - 0.5 + 1e-9) + 10)) < 1e-6)
        #expect(NormalScore.score(of: 3, among: [1, 1], deviation: 0) == 0)
    }

    /// Infidelity of scores that add up is nothing; of scores without use, all.
    @Test func infidelityIsTheDefinition() throws {
        let text = try text()
        // One token: what it loses is what taking it away loses.
        let first = AttributionTarget(TokenIndex(1))
        let single = try FaithfulnessReference(for: first, in: text)
        let exact = try LeaveOneOut().attribute(first, in: text)
        let report = try single.report(on: exact)
        #expect(report.infidelity.value < 1e-8 && report.infidelity.unexplained < 1e-8)
        let none = Attribution(
            method: "none", target: first.token, targetID: 17, scores: [0], isSigned: false)
        #expect(try single.report(on: none).infidelity.unexplained == 1)

        let reference = try FaithfulnessReference(for: Self.target, in: text)
        let attribution = try LeaveOneOut().attribute(Self.target, in: text)
        let base = try logProbability(9, without: [])
        var (plain, product, square, size) = (0.0, 0.0, 0.0, 0.0)
        for removal in reference.removals {
            let loss = base - (try logProbability(9, without: removal.tokens))
            #expect(abs(loss - removal.loss) < 1e-4)
            let sum = removal.tokens.reduce(0) { $0 + attribution.scores[$1] }
            plain += (sum - loss) * (sum - loss) / 64
            product += sum * loss / 64
            square += sum * sum / 64
            size += loss * loss / 64
        }
        let infidelity = try reference.report(on: attribution).infidelity
        #expect(abs(infidelity.value - plain) < 1e-3 * plain)
        let scaled = size - product * product / square
        #expect(abs(infidelity.scaled - scaled) < 1e-3 * scaled)
        #expect(abs(infidelity.unexplained - scaled / size) < 1e-3)
    }

    @Test func sensitivityGrowsWithTheNoise() throws {
        let text = try text()
        var settings = FaithfulnessSettings()
        settings.orderings = 2
        #expect(
            try FaithfulnessReference(for: Self.target, in: text, settings).report(
                on: RandomAttribution()
            ).report.sensitivity == 0)
        var last = 0.0
        for radius in [0.001, 0.01, 0.1] {
            settings.sensitivityRadius = radius
            let own = try FaithfulnessReference(for: Self.target, in: text, settings).report(
                on: InputTimesGradient()
            ).report.sensitivity
            #expect(try #require(own) > last)
            last = own ?? 0
        }
    }

    /// Scores by chance are told apart from chance in fewer than one case of ten.
    @Test func randomAttributionsScoreLikeChance() throws {
        var settings = FaithfulnessSettings()
        settings.infidelitySamples = 1
        var within = 0
        var count = 0
        for seed in 0..<10 {
            let noise = CounterNoise(seed: UInt64(seed))
            let ids = (0..<24).map { Int(noise.uniform(index: 0, id: $0) * 257) }
            let text = try AttributedText(ids, in: TinyModel(seed: UInt64(seed)).load())
            settings.seed = UInt64(seed)
            let target = AttributionTarget(TokenIndex(23))
            let reference = try FaithfulnessReference(for: target, in: text, settings)
            for draw in 0..<20 {
                let random = try RandomAttribution(seed: UInt64(1000 + 20 * seed + draw)).attribute(
                    target, in: text)
                if abs(try reference.report(on: random).chance.zScore) < 2 { within += 1 }
                count += 1
            }
        }
        print("faithfulness of chance: |z| < 2 in \(within) of \(count)")
        #expect(count == 200 && within >= 180)
    }

    /// The scores that are best at what the curve asks stand far above chance.
    @Test func theBestScoresBeatChance() throws {
        let text = try text()
        let reference = try FaithfulnessReference(for: Self.target, in: text)
        let best = Attribution(
            method: "best", target: Self.target.token, targetID: 9,
            scores: try LeaveOneOut().attribute(
                AttributionTarget(Self.target.token, id: reference.prediction), in: text
            ).scores, isSigned: true)
        #expect(try reference.report(on: best).chance.zScore > 1)
    }

    @Test func otherPredictionsAndReplacementsAreMeasured() throws {
        let text = try text()
        let attribution = try GradientNorm().attribute(Self.target, in: text)
        var settings = FaithfulnessSettings()
        settings.prediction = .target
        settings.order = .magnitude
        for replacement in TokenReplacement.allCases {
            settings.replacement = replacement
            let report = try FaithfulnessReference(for: Self.target, in: text, settings).report(
                on: attribution)
            #expect(report.prediction == 9)
            #expect(report.settings["replacement"] == replacement.rawValue)
            #expect(report.ablation.drops.allSatisfy { $0.isFinite && $0 != 0 })
        }
    }

    @Test func whatDoesNotFitIsRefused() throws {
        let text = try text()
        let reference = try FaithfulnessReference(for: Self.target, in: text)
        var attribution = try GradientNorm().attribute(Self.target, in: text)
        attribution.scores.removeLast()
        #expect(throws: AttributionFailure.self) { try reference.report(on: attribution) }
        attribution.scores.append(.nan)
        #expect(throws: AttributionFailure.self) { try reference.report(on: attribution) }
        for change in [
            { $0.orderings = 1 }, { $0.ablationFractions = [] },
            { $0.ablationFractions = [0.2, 0.1] }, { $0.erasureFractions = [1.5] },
            { $0.infidelitySamples = 0 }, { $0.sensitivityRadius = 0 },
        ] as [(inout FaithfulnessSettings) -> Void] {
            var settings = FaithfulnessSettings()
            change(&settings)
            #expect(throws: AttributionFailure.self) {
                try FaithfulnessReference(for: Self.target, in: text, settings)
            }
        }
    }
}
