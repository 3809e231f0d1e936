import ScopeFiles
import ScopeTestKit
import TestFixtures
import Testing
import TokenScope

/// Every observer that comes with the package keeps the laws.
@Suite struct ObserverLawTests {
    static let observers: [any DecodingObserver] = [
        AlternativesObserver(count: 3), ConfidenceObserver(), EntropyObserver(), MarginObserver(),
        NucleusObserver(), PerplexityObserver(), RankObserver(), RunSummaryObserver(),
        SamplingObserver(), StepDivergenceObserver(), SurprisalObserver(), TimingObserver(),
        VarentropyObserver(),
        MultiplexObserver([EntropyObserver(), StepDivergenceObserver(), RunSummaryObserver()]),
    ]

    private static let separate = AttentionSelection(layers: .layers([1]))

    static let attentionObservers: [any DecodingObserver] = [
        AttentionObserver(), AttentionObserver(AttentionSelection(heads: .mean), detail: .top(3)),
        AttentionEntropyObserver(), AttentionEntropyObserver(separate, isSeparate: true),
        AttentionSinkObserver(sinkCount: 2, isSeparate: true),
        PreviousTokenObserver(separate, isSeparate: true),
        DuplicateTokenObserver(isSeparate: true), InductionObserver(isSeparate: true),
        LookbackObserver(AttentionSelection(heads: .mean), isSeparate: true),
        ReceivedAttentionObserver(), ReceivedAttentionObserver(separate, isSeparate: true),
        SpanAttentionObserver(
            from: TokenIndex(4)..<TokenIndex(30), to: TokenIndex(2)..<TokenIndex(9),
            isSeparate: true),
        RolloutObserver(layers: .all), RolloutObserver(tokens: TokenIndex(9)..<TokenIndex(20)),
        AttentionFlowObserver(tokens: TokenIndex(6)..<TokenIndex(9)),
        ValueNormObserver(), ValueNormObserver(AttentionSelection(heads: .mean), detail: .top(2)),
        MultiplexObserver([
            EntropyObserver(), AttendedMetricObserver(of: .entropy, isSeparate: true),
        ]),
    ]

    @Test(arguments: attentionObservers.indices)
    func theObserversOfAttentionKeepTheLaws(_ index: Int) throws {
        let violations = try ObserverLaws().violations(of: Self.attentionObservers[index])
        #expect(violations == [], "\(Self.attentionObservers[index])")
    }

    /// Those that look into hidden states, by name; they are made for the model of the laws.
    enum HiddenStateKind: String, CaseIterable {
        case lens, lensOfSome, tunedLens, residual, states, parts, partsByHead, flow

        func observer(_ context: ModelContext) throws -> any DecodingObserver {
            let range = TokenIndex(6)..<TokenIndex(30)
            switch self {
            case .lens: return try LensObserver(context)
            case .lensOfSome:
                return try LensObserver(context, layers: .layers([1]), tokens: range, count: 2)
            case .tunedLens:
                return try LensObserver(context, lens: try .scrambled(for: context))
            case .residual: return ResidualObserver()
            case .states: return HiddenStateObserver(layers: .layers([1, 2]))
            case .parts: return try LogitAttributionObserver(context, target: .margin)
            case .partsByHead:
                return try LogitAttributionObserver(context, isByHead: true, tokens: range)
            case .flow:
                return try InformationFlowObserver(
                    context, tokens: TokenIndex(20)..<TokenIndex(30))
            }
        }
    }

    @Test(arguments: HiddenStateKind.allCases)
    func theObserversOfHiddenStatesKeepTheLaws(_ kind: HiddenStateKind) throws {
        let laws = try ObserverLaws()
        let observer = try kind.observer(laws.context)
        #expect(try laws.violations(of: observer) == [])
        // It does record something.
        var session = try DecodingSession(
            laws.context, prompt: laws.prompt, parameters: laws.parameters)
        session.attachAny(observer)
        while try session.next() != nil {}
        #expect(session.trace.metrics.columns.contains { $0.count > 20 && $0[20] != nil })
    }

    @Test(arguments: observers.indices)
    func theBundledObserversKeepTheLaws(_ index: Int) throws {
        let laws = try ObserverLaws()
        let violations = try laws.violations(of: Self.observers[index])
        #expect(violations == [], "\(Self.observers[index])")
    }
}

extension TunedLens {
    /// A lens that changes every state a little.
    static func scrambled(for context: ModelContext) throws -> TunedLens {
        let shape = context.configuration
        let width = shape.hiddenSize
        let folder = try TemporaryFolder()
        let path = folder.path(of: "lens.safetensors")
        var writer = SafetensorsWriter()
        for layer in 0..<shape.layerCount {
            writer.add("\(layer).weight", shape: [width, width]) {
                (0..<width * width).map { Float(($0 * 7 + layer) % 13 - 6) / 40 }
            }
            writer.add("\(layer).bias", shape: [width]) {
                (0..<width).map { Float($0 % 3) / 10 }
            }
        }
        try writer.write(to: path)
        let file = try FileContents.open(path)
        return try TunedLens(
            FileContents(copying: file.copy(0..<file.byteCount), name: "lens.safetensors"),
            for: shape)
    }
}
