import ScopeTestKit
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

    @Test(arguments: observers.indices)
    func theBundledObserversKeepTheLaws(_ index: Int) throws {
        let laws = try ObserverLaws()
        let violations = try laws.violations(of: Self.observers[index])
        #expect(violations == [], "\(Self.observers[index])")
    }
}
