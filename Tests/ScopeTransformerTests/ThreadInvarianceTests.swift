import ScopeTensor
import ScopeTransformer
import TestFixtures
import Testing

/// The number of threads changes no bit of what a model computes.
@Suite struct ThreadInvarianceTests {
    @Test(arguments: GoldenModel.all)
    func logitsAndSignalsKeepTheirBits(_ fixture: GoldenModel) throws {
        let ids = try fixture.golden.ids
        var expected: [Collector<Float>] = []
        for threads in [1, 2, 3, 5] {
            var algebra = HostAlgebra(threads: threads)
            algebra.leastShare = 1
            let model = try fixture.load(algebra)
            let results = try [ids.count, 1].map { try run(model, ids, chunk: $0) }
            if expected.isEmpty { expected = results }
            for (result, reference) in zip(results, expected) {
                #expect(result.logits == reference.logits)
                #expect(result.attention == reference.attention)
                #expect(result.hiddenStates == reference.hiddenStates)
            }
        }
        #expect(expected.allSatisfy { $0.logits.count == ids.count && !$0.attention.isEmpty })
    }

    private func run(
        _ model: DecoderModel<HostAlgebra>, _ ids: [Int], chunk: Int
    ) throws -> Collector<Float> {
        var lanes = [
            Lane(
                tokens: [], cache: model.makeCache(), logits: .all,
                signals: SignalRequest(attention: .all, hiddenStates: .all), textLength: ids.count)
        ]
        var workspace = Workspace<Float>()
        var collector = Collector<Float>()
        for start in stride(from: 0, to: ids.count, by: chunk) {
            lanes[0].tokens = Array(ids[start..<min(start + chunk, ids.count)])
            try model.forward(&lanes, in: &workspace, into: &collector)
        }
        return collector
    }
}
