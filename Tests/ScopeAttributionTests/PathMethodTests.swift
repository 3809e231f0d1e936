import ScopeAttribution
import ScopeDecoding
import ScopeTestKit
import ScopeTrace
import Testing

/// Methods that take gradients at several places.
@Suite struct PathMethodTests {
    private static let ids = [5, 17, 10, 42, 17, 8, 10, 30]
    private static let target = AttributionTarget(TokenIndex(7), id: 9)

    private func text() throws -> AttributedText {
        try AttributedText(Self.ids, in: TinyModel(seed: 4).load())
    }

    private func difference(_ left: Attribution, _ right: Attribution) -> Double {
        let peak = right.scores.map(abs).max() ?? 0
        return zip(left.scores, right.scores).reduce(0) { max($0, abs($1.0 - $1.1)) } / peak
    }

    @Test func smoothGradWithoutNoiseIsTheGradient() throws {
        let text = try text()
        let norm = try SmoothGrad(samples: 2, level: 0).attribute(Self.target, in: text)
        #expect(difference(norm, try GradientNorm().attribute(Self.target, in: text)) < 1e-4)
        let dot = try SmoothGrad(reading: .dot, samples: 1, level: 0).attribute(
            Self.target, in: text)
        #expect(difference(dot, try InputTimesGradient().attribute(Self.target, in: text)) < 1e-4)
    }

    @Test func noiseIsAFunctionOfTheSeed() throws {
        let text = try text()
        for make in [
            { SmoothGrad(samples: 3, seed: $0) as any AttributionMethod },
            { GradientSHAP(samples: 3, seed: $0) }, { RandomAttribution(seed: $0) },
            { KernelSHAP(spans: (0..<7).map { $0..<$0 + 1 }, samples: 20, seed: $0) },
            { LIME(samples: 5, seed: $0) },
        ] as [(UInt64) -> any AttributionMethod] {
            let first = try make(1).attribute(Self.target, in: text)
            #expect(try make(1).attribute(Self.target, in: text) == first)
            #expect(try make(2).attribute(Self.target, in: text).scores != first.scores)
        }
    }

    /// With one baseline gradient SHAP is an unbiased estimate of integrated gradients.
    @Test func gradientSHAPComesNearIntegratedGradients() throws {
        let text = try text()
        let exact = try IntegratedGradients(baseline: .token(20)).attribute(
            Self.target, in: text)
        let few = try GradientSHAP(baselines: .fixed(.token(20)), samples: 4).attribute(
            Self.target, in: text)
        let many = try GradientSHAP(baselines: .fixed(.token(20)), samples: 256).attribute(
            Self.target, in: text)
        #expect(difference(many, exact) < 0.2)
        #expect(difference(many, exact) < difference(few, exact))
        let gap = try #require(many.diagnostics["completeness.gap"])
        let change =
            (many.diagnostics["value.input"] ?? 0) - (many.diagnostics["value.baseline"] ?? 0)
        #expect(abs(gap - (many.scores.reduce(0, +) - change)) < 1e-9)
    }

    @Test(arguments: [IntegratedGradients.Baseline.meanEmbedding, .token(20), .token(200)])
    func integratedGradientsAreComplete(_ baseline: IntegratedGradients.Baseline) throws {
        let own = try IntegratedGradients(baseline: baseline).attribute(Self.target, in: text())
        let change =
            (own.diagnostics["value.input"] ?? 0) - (own.diagnostics["value.baseline"] ?? 0)
        #expect(abs(own.diagnostics["completeness.gap"] ?? 1) < 1e-2 * abs(change))
    }

    /// Each token's integral is what the objective loses when the baseline stands in its place.
    @Test func sequentialIntegralsAreLosses() throws {
        let text = try text()
        let own = try SequentialIntegratedGradients(rule: .gaussLegendre(32)).attribute(
            Self.target, in: text)
        let losses = try LeaveOneOut(.logit, replacement: .meanEmbedding).attribute(
            Self.target, in: text)
        #expect(difference(own, losses) < 0.05)
        let gap = try #require(own.diagnostics["completeness.gap"])
        let sums = zip(own.scores, losses.scores).map { $0 - $1 }
        #expect(abs(gap - sums.reduce(0, +)) < 1e-3)
        #expect(
            abs((own.diagnostics["completeness.largestGap"] ?? 0) - (sums.map(abs).max() ?? 0))
                < 1e-3)
        let token = try SequentialIntegratedGradients(
            baseline: .token(20), rule: .gaussLegendre(16)
        ).attribute(Self.target, in: text)
        #expect(abs(token.diagnostics["completeness.gap"] ?? 1) < 1e-3)
    }

    /// Finer steps miss less, however the way bends.
    @Test(arguments: [1, 6])
    func discretizedWaysCloseTheGap(_ steps: Int) throws {
        let text = try text()
        let gap = { (parts: Int) in
            abs(
                try DiscretizedIntegratedGradients(
                    baseline: .token(20), steps: steps, partsPerStep: parts
                ).attribute(Self.target, in: text).diagnostics["completeness.gap"] ?? 1)
        }
        #expect(try gap(64) < 0.02)
        #expect(try gap(64) < 0.1 * gap(1))
    }

    /// With one step the way is straight.
    @Test func aDiscretizedWayOfOneStepIsStraight() throws {
        let text = try text()
        let own = try DiscretizedIntegratedGradients(
            baseline: .token(20), steps: 1, partsPerStep: 64
        ).attribute(Self.target, in: text)
        let straight = try IntegratedGradients(baseline: .token(20)).attribute(
            Self.target, in: text)
        #expect(difference(own, straight) < 0.02)
    }

    @Test func contrastsExplainTheDifference() throws {
        let text = try text()
        let target = AttributionTarget(TokenIndex(7), id: 9, against: 30)
        for method in [
            IntegratedGradients(), SequentialIntegratedGradients(), GradientSHAP(samples: 64),
            DiscretizedIntegratedGradients(),
        ] as [any AttributionMethod] {
            let own = try method.attribute(target, in: text)
            #expect(own.settings["against"] == "30")
            let one = try method.attribute(
                AttributionTarget(TokenIndex(7), id: 9), in: text
            ).scores
            let other = try method.attribute(
                AttributionTarget(TokenIndex(7), id: 30), in: text
            ).scores
            let peak = own.scores.map(abs).max() ?? 0
            for place in own.scores.indices {
                #expect(
                    abs(own.scores[place] - (one[place] - other[place])) < 1e-3 * peak,
                    "\(method.name)")
            }
        }
    }
}
