import ScopeFiles
import ScopeTensor
import ScopeTransformer
import TestFixtures
import Testing

/// Whole models against the reference's logits, hidden states, attentions and greedy continuations.
@Suite struct GoldenTests {
    @Test(arguments: GoldenModel.all)
    func engineAgrees(_ fixture: GoldenModel) throws {
        try check(fixture, HostAlgebra())
    }

    @Test(arguments: GoldenModel.all)
    func twinInDoubleAgrees(_ fixture: GoldenModel) throws {
        try check(fixture, ScalarAlgebra<Double>())
    }

    private func check(_ fixture: GoldenModel, _ algebra: some LinearAlgebra) throws {
        let parity = try fixture.parity(algebra)
        #expect(parity.logits <= 2e-4)
        #expect(parity.hiddenStates <= 2e-4)
        #expect(parity.attention <= 1e-4)
        #expect(parity.continuesAlike)
        print(
            "parity \(fixture) [\(algebra.name)]: logits \(parity.logits) of the peak, "
                + "attention \(parity.attention)")
    }

    @Test(arguments: GoldenModel.all)
    func bothConfigurationStylesGiveTheSameBits(_ fixture: GoldenModel) throws {
        guard let alternative = try fixture.alternativeFolder() else { return }
        let ids = try fixture.golden.ids
        let first = try fixture.load(HostAlgebra()).logits(ids, chunk: ids.count)
        let second = try DecoderModel(from: alternative, algebra: HostAlgebra())
            .logits(ids, chunk: ids.count)
        #expect(first == second)
    }

    @Test(arguments: GoldenModel.all)
    func chunksAndSingleTokensAgreeWithTheWhole(_ fixture: GoldenModel) throws {
        let model = try fixture.load(HostAlgebra())
        let ids = try fixture.golden.ids
        let whole = try model.logits(ids, chunk: ids.count)
        let bound = 2e-4 * peak(whole.joined())
        for chunk in [1, 2, 3, 7, 15, 16, 17] {
            let parts = try model.logits(ids, chunk: chunk)
            #expect(difference(Array(parts.joined()), Array(whole.joined())) <= bound)
        }
    }

    /// The reference's cached run was made after its full passes: the longest text it had seen
    /// then, which the file does not name, still defined its frequencies.
    @Test func theTextLengthMayBeNamed() throws {
        var count = 0
        for fixture in GoldenModel.all {
            guard let expected = try fixture.cachedContinuation else { continue }
            let model = try fixture.load(HostAlgebra())
            let ids = try fixture.golden.ids
            let longest = try (ids.count + expected.count - 1...ids.count + 64).first { length in
                try model.continuation(of: ids, count: expected.count, textLength: length)
                    == expected
            }
            #expect(longest != nil, "\(fixture)")
            count += 1
        }
        #expect(count > 0)
    }

    /// Rows of earlier passes are kept in the cached variant and computed anew by the definition.
    @Test func theCachedVariantKeepsRows() throws {
        let fixtures = try GoldenModel.all.filter { try $0.cachedContinuation != nil }
        for fixture in fixtures {
            let folder = try fixture.fixture.folder()
            let ids = try fixture.golden.ids
            for rotaryLength in [RotaryLength.cached, .wholeText] {
                let algebra = CountingAlgebra(HostAlgebra())
                let model = try DecoderModel(
                    from: folder, algebra: algebra,
                    options: ModelOptions(rotaryLength: rotaryLength))
                let start = model.configuration.firstStretchedLength - 1
                let parts = try model.lastLogits(after: [Array(ids[..<start]), [ids[start]]])
                let whole = try model.lastLogits(after: [Array(ids[...start])])
                let bound = 2e-4 * peak(whole)
                #expect((difference(parts, whole) <= bound) == (rotaryLength == .wholeText))
            }
        }
        #expect(!fixtures.isEmpty)
    }
}

extension DecoderConfiguration {
    /// The length from which on the rotation differs from that of a short text.
    fileprivate var firstStretchedLength: Int {
        (1...contextLength).first { length in
            layers[0].rotary?.frequencies(forLength: length)
                != layers[0].rotary?.frequencies(forLength: 1)
        } ?? contextLength
    }
}
