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

    private func check<Algebra: LinearAlgebra>(
        _ fixture: GoldenModel, _ algebra: Algebra
    ) throws {
        let model = try fixture.load(algebra)
        let golden = try fixture.golden
        let shape = model.configuration
        let length = golden.ids.count
        var lanes = [
            Lane(
                tokens: golden.ids, cache: model.makeCache(), logits: .all,
                signals: SignalRequest(attention: .all, hiddenStates: .all))
        ]
        var workspace = Workspace<Algebra.Scalar>()
        var collector = Collector<Algebra.Scalar>()
        try model.forward(&lanes, in: &workspace, into: &collector)

        let bound = 2e-4 * peak(golden.logits)
        var logitsError = 0.0
        for row in 0..<length {
            let own = try #require(collector.logits[RowPlace(lane: 0, row: row)])
            let columns = row * shape.vocabularySize..<(row + 1) * shape.vocabularySize
            logitsError = max(logitsError, difference(own, golden.logits[columns]))
        }
        #expect(logitsError <= bound)

        for layer in 0...shape.layerCount {
            var own: [Algebra.Scalar] = []
            for row in 0..<length {
                own += try #require(
                    collector.hiddenStates[.init(layer: layer, place: .init(lane: 0, row: row))])
            }
            let size = length * shape.hiddenSize
            let expected = golden.hiddenStates[layer * size..<(layer + 1) * size]
            #expect(difference(own, expected) <= 2e-4 * peak(expected))
        }

        var attentionError = 0.0
        for layer in 0..<shape.layerCount {
            for head in 0..<shape.queryHeadCount {
                for row in 0..<length {
                    var own = try #require(
                        collector.attention[
                            .init(layer: layer, head: head, place: .init(lane: 0, row: row))])
                    own += repeatElement(0, count: length - own.count)
                    let start = ((layer * shape.queryHeadCount + head) * length + row) * length
                    attentionError = max(
                        attentionError,
                        difference(own, golden.attentions[start..<start + length]))
                }
            }
        }
        #expect(attentionError <= 1e-4)
        try checkContinuation(model, lanes, collector, golden)
        report(fixture, algebra.name, logitsError / peak(golden.logits), attentionError)
    }

    /// Goes on from the whole prompt's cache, one token at a time.
    private func checkContinuation<Scalar: TensorScalar>(
        _ model: some LanguageModel<Scalar>, _ prompt: [Lane<Scalar>],
        _ last: Collector<Scalar>, _ golden: Golden
    ) throws {
        var lanes = prompt
        lanes[0].signals = SignalRequest()
        lanes[0].logits = .last
        let logits = try #require(last.logits[RowPlace(lane: 0, row: golden.ids.count - 1)])
        let ids = try model.continuation(&lanes, after: logits, count: golden.greedyIDs.count)
        #expect(ids == golden.greedyIDs)
    }

    private func report(
        _ fixture: GoldenModel, _ algebra: String, _ logits: Double, _ attention: Double
    ) {
        print(
            "parity \(fixture) [\(algebra)]: logits \(logits) of the peak, "
                + "attention \(attention)")
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
                    from: folder, algebra: algebra, rotaryLength: rotaryLength)
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
