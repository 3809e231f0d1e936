import ScopeAttribution
import ScopeDecoding
import ScopeTestKit
import ScopeTrace
import Testing

/// What must hold of attributions whatever the model.
@Suite struct AttributionPropertyTests {
    static let methods: [any AttributionMethod] = [
        SemanticScope(), TemperatureScope(), FisherScope(), GradientNorm(), InputTimesGradient(),
        InputTimesGradient(reading: .norm), IntegratedGradients(rule: .midpoint(4)),
        PathIntegratedSemanticScope(), LeaveOneOut(), LeaveOneOut(replacement: .meanEmbedding),
        LeaveOneOut(replacement: .attentionMask), WindowedOcclusion(),
        WindowedOcclusion(replacement: .attentionMask, width: 4, stride: 2),
        KernelSHAP(samples: 12), KernelSHAP(.logit, spans: [0..<1, 1..<3]),
        LIME(samples: 12), LIME(replacement: .attentionMask, spans: [0..<2, 3..<4], samples: 8),
        SmoothGrad(samples: 2), SmoothGrad(reading: .dot, samples: 2), GradientSHAP(samples: 2),
        GradientSHAP(baselines: .fixed(.zero), samples: 2, level: 0.1),
        SequentialIntegratedGradients(rule: .midpoint(2)),
        DiscretizedIntegratedGradients(steps: 3, neighbours: 4), ValueZeroing(),
        ValueZeroing(.one(0)), RandomAttribution(),
    ]

    private static let ids = [5, 17, 3, 42, 17, 8, 30, 2]

    private func text() throws -> AttributedText {
        try AttributedText(Self.ids, in: TinyModel(seed: 4).load())
    }

    @Test(arguments: methods.indices)
    func aTargetKnowsOnlyWhatIsBeforeIt(_ index: Int) throws {
        let method = Self.methods[index]
        let text = try text()
        for target in 1...Self.ids.count {
            let own = try method.attribute(
                AttributionTarget(TokenIndex(target), id: 9), in: text)
            #expect(own.scores.count == target)
            #expect(own.method == method.name)
            for score in own.scores {
                #expect(score.isFinite && (own.isSigned || score >= 0))
            }
        }
    }

    @Test(arguments: methods.indices)
    func everyMethodKeepsTheLaws(_ index: Int) throws {
        let violations = try AttributionLaws().violations(of: Self.methods[index])
        #expect(violations.isEmpty, "\(Self.methods[index].name): \(violations)")
    }

    @Test(arguments: methods.indices)
    func severalTargetsAreExplainedAsEachAlone(_ index: Int) throws {
        let method = Self.methods[index]
        let text = try text()
        let targets = [3, 6, 4].map { AttributionTarget(TokenIndex($0)) }
        let together = try method.attribute(targets, in: text)
        for (target, attribution) in zip(targets, together) {
            let alone = try method.attribute(target, in: text)
            let peak = alone.scores.map(abs).max() ?? 0
            for (left, right) in zip(alone.scores, attribution.scores) {
                #expect(abs(left - right) <= 1e-4 * peak, "\(method.name)")
            }
        }
    }

    /// The exact identity: the Fisher score is the mean squared length of the log-probabilities'
    /// gradients (Σ over the vocabulary of q times the squared gradient norm).
    @Test func fisherIsTheMeanOverTheVocabulary() throws {
        let text = try text()
        let target = AttributionTarget(TokenIndex(6))
        let scope = FisherScope(rank: .full, candidates: nil)
        let own = try scope.attribute(target, in: text)
        let context = try TinyModel(seed: 4).load()
        let probabilities = try Self.probabilities(Array(Self.ids.prefix(6)), context)
        var expected = [Double](repeating: 0, count: 6)
        for (id, probability) in probabilities.enumerated() {
            let gradient = try GradientNorm().attribute(
                AttributionTarget(TokenIndex(6), id: id), in: text)
            for (place, score) in gradient.scores.enumerated() {
                expected[place] += probability * score * score
            }
        }
        let peak = expected.max() ?? 0
        for (left, right) in zip(own.scores, expected) {
            #expect(abs(left - right) <= 1e-3 * peak)
        }
        #expect((own.diagnostics["fisher.discarded"] ?? 1) < 1e-6)
        // Fewer candidates than the vocabulary leave something out and say how much.
        let few = try FisherScope(rank: .largest(1), candidates: 8).attribute(target, in: text)
        let discarded = few.diagnostics["fisher.discarded"] ?? 0
        #expect(discarded > 0 && discarded < 1)
    }

    private static func probabilities(
        _ ids: [Int], _ context: ModelContext
    ) throws -> [Double] {
        var session = try DecodingSession(
            context, ids: ids, parameters: .greedy(maxTokens: 1))
        let collector = session.attach(DistributionCollector())
        while try session.next() != nil {}
        return session[collector].probabilities
    }

    @Test func aContrastIsTheDifferenceOfTwo() throws {
        let text = try text()
        let method = InputTimesGradient(.logit)
        let one = try method.attribute(AttributionTarget(TokenIndex(5), id: 7), in: text)
        let other = try method.attribute(AttributionTarget(TokenIndex(5), id: 11), in: text)
        let both = try method.attribute(
            AttributionTarget(TokenIndex(5), id: 7, against: 11), in: text)
        for place in both.scores.indices {
            #expect(abs(both.scores[place] - (one.scores[place] - other.scores[place])) < 1e-4)
        }
        #expect(both.settings["against"] == "11")
    }

    @Test(arguments: [0, 9])
    func targetsOutsideTheTextAreRefused(_ token: Int) throws {
        let text = try text()
        #expect(throws: AttributionFailure.self) {
            try SemanticScope().attribute(AttributionTarget(TokenIndex(token), id: 1), in: text)
        }
    }

    @Test func theTokenAfterTheTextNeedsAnID() throws {
        let text = try text()
        let behind = TokenIndex(Self.ids.count)
        #expect(throws: AttributionFailure.targetIDMissing(behind)) {
            try SemanticScope().attribute(AttributionTarget(behind), in: text)
        }
        _ = try SemanticScope().attribute(AttributionTarget(behind, id: 3), in: text)
    }

    @Test func nonsensicalSettingsAreRefused() throws {
        let text = try text()
        let target = AttributionTarget(TokenIndex(3))
        let methods: [any AttributionMethod] = [
            FisherScope(rank: .largest(0)), FisherScope(candidates: 1),
            FisherScope(objective: .logProbability), IntegratedGradients(rule: .midpoint(0)),
            PathIntegratedSemanticScope(scales: [1]), SmoothGrad(samples: 0),
            SmoothGrad(level: -1), GradientSHAP(samples: 0), GradientSHAP(level: .nan),
            WindowedOcclusion(width: 0), WindowedOcclusion(width: 2, stride: 3),
            KernelSHAP(samples: 1), KernelSHAP(spans: [0..<2, 1..<3]), KernelSHAP(spans: [0..<99]),
            LIME(samples: 1), LIME(kernelWidth: 0), LIME(spans: [2..<2]),
            IntegratedGradients(rule: .logarithmic(4, from: 0)),
            SequentialIntegratedGradients(rule: .midpoint(0)),
            DiscretizedIntegratedGradients(steps: 0), DiscretizedIntegratedGradients(neighbours: 0),
            DiscretizedIntegratedGradients(partsPerStep: 0),
            ValueZeroing(.one(7)),
        ]
        for method in methods {
            #expect(throws: AttributionFailure.self) { try method.attribute(target, in: text) }
        }
    }
}

/// Keeps the probabilities of the last token.
private struct DistributionCollector: DecodingObserver {
    var probabilities: [Double] = []

    mutating func observe(
        _ step: borrowing DecodingStep, record: inout TokenMetrics
    ) throws {
        guard let distribution = step.distribution else { return }
        probabilities = distribution.logits.indices.map { distribution.probability(of: $0) }
    }
}
