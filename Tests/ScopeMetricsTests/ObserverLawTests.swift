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

    @Test(arguments: observers.indices)
    func theBundledObserversKeepTheLaws(_ index: Int) throws {
        let laws = try ObserverLaws()
        let violations = try laws.violations(of: Self.observers[index])
        #expect(violations == [], "\(Self.observers[index])")
    }
}
