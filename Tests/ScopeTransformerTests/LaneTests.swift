import ScopeTensor
import ScopeTransformer
import TestFixtures
import Testing

/// Lanes: sequences of different length that share every product with a weight matrix.
@Suite struct LaneTests {
    @Test(arguments: GoldenModel.all)
    func fourLanesCostTheProductsOfOneAndEachEqualsItsSingleRun(
        _ fixture: GoldenModel
    ) throws {
        let counting = CountingAlgebra(HostAlgebra())
        let model = try fixture.load(counting)
        let ids = try fixture.golden.ids
        var workspace = Workspace<Float>()

        // Caches of four lengths, then one batch that gives each lane one more token.
        var lanes: [Lane<Float>] = []
        var expected: [[Float]] = []
        for length in [1, 4, 9, 12] {
            var single = [Lane(tokens: Array(ids[..<length]), cache: model.makeCache())]
            var collector = Collector<Float>()
            try model.forward(&single, in: &workspace, into: &collector)
            lanes.append(Lane(tokens: [ids[length]], cache: single[0].cache))
        }
        var singleProducts = 0
        for lane in lanes {
            var single = [lane]
            var collector = Collector<Float>()
            counting.reset()
            try model.forward(&single, in: &workspace, into: &collector)
            singleProducts = counting.products
            expected.append(
                try #require(collector.logits[RowPlace(lane: 0, row: lane.cache.count)]))
        }
        var collector = Collector<Float>()
        let places = lanes.indices.map { RowPlace(lane: $0, row: lanes[$0].cache.count) }
        counting.reset()
        try model.forward(&lanes, in: &workspace, into: &collector)
        // Rows that choose other experts cost the products of those, and no expert costs two.
        let mixture = model.configuration.experts
        let layers = model.configuration.layers.count(where: \.hasExperts)
        let others = layers * ((mixture?.count ?? 0) - (mixture?.perToken ?? 0)) * 3
        #expect(singleProducts > 0)
        #expect((singleProducts...singleProducts + others).contains(counting.products))
        for (place, logits) in zip(places, expected) {
            #expect(collector.logits[place] == logits)
        }
    }

    @Test func aLaneThatAsksForNoLogitsGetsNone() throws {
        let model = try #require(GoldenModel.all.first).load(HostAlgebra())
        var lanes = [
            Lane(tokens: [1, 2], cache: model.makeCache(), logits: .none),
            Lane(tokens: [3, 4, 5], cache: model.makeCache(), logits: .last),
            Lane(tokens: [], cache: model.makeCache(), logits: .all),
        ]
        var workspace = Workspace<Float>()
        var collector = Collector<Float>()
        try model.forward(&lanes, in: &workspace, into: &collector)
        #expect(Array(collector.logits.keys) == [RowPlace(lane: 1, row: 2)])
        #expect(collector.attention.isEmpty && collector.hiddenStates.isEmpty)
        #expect(lanes.map(\.cache.count) == [2, 3, 0])
    }
}
