import ScopeTensor
import TestFixtures
import Testing

@testable import ScopeTransformer

/// Interventions in every family: what they change, and what they leave alone.
@Suite struct InterventionTests {
    /// Few rows enough that products take the same path whatever is beside them.
    static func ids(_ fixture: GoldenModel) throws -> [Int] {
        Array(try fixture.golden.ids.prefix(5))
    }

    @Test(arguments: GoldenModel.all)
    func aStateReplacedByItselfChangesNoBit(_ fixture: GoldenModel) throws {
        let model = try fixture.load(HostAlgebra())
        let ids = try fixture.golden.ids
        let layers = model.configuration.layerCount
        let plain = try model.run(ids, states: model.sites)
        for site in model.sites {
            var edits: [Intervention<Float>] = []
            for layer in 0..<layers {
                let rows = try plain.state(site, layer: layer)
                #expect(rows.columns == site.width(in: model.configuration))
                edits.append(
                    .replace(site, layer: layer, rows: 0..<ids.count, with: rows))
            }
            #expect(try model.run(ids, edits).logits == plain.logits, "\(site)")
            // The same values can do something: another row's in their place.
            let first = try plain.state(site, layer: 0)
            let other = Tensor(vector: Array(first.storage.prefix(first.columns)).map { -2 * $0 })
            let changed = try model.run(
                ids, [.replace(site, layer: 0, rows: 1..<3, with: other)])
            #expect(changed.logits[0] == plain.logits[0])
            #expect(changed.logits[2...] != plain.logits[2...], "\(site)")
        }
    }

    @Test(arguments: GoldenModel.all)
    func whatIsReplacedIsWhatGoesOn(_ fixture: GoldenModel) throws {
        let model = try fixture.load(HostAlgebra())
        let ids = try Self.ids(fixture)
        for site in model.sites {
            let width = site.width(in: model.configuration)
            let values = Tensor<Float>(vector: (0..<width).map { Float($0 % 7) / 8 })
            let result = try model.run(
                ids,
                [
                    .replace(site, layer: 1, rows: 2..<4, with: values),
                    .scale(site, layers: .layers([1]), rows: 3..<4, by: 2),
                    .add(values, to: site, layer: 1, rows: 3..<5),
                ], states: [site])
            let rows = try result.state(site, layer: 1)
            for (column, value) in values.storage.enumerated() {
                #expect(rows[2, column] == value)
                #expect(rows[3, column] == 3 * value)
            }
        }
    }

    /// The residual stream of the last block given as it is by another text gives that text's
    /// prediction.
    @Test(arguments: GoldenModel.all)
    func patchingTheLastStateGivesTheOtherTextsLogits(_ fixture: GoldenModel) throws {
        let model = try fixture.load(HostAlgebra())
        let ids = try Self.ids(fixture)
        let other = Array(ids.reversed())
        let last = model.configuration.layerCount - 1
        let clean = try model.run(other, states: [.residualAfter, .residualBefore])
        let after = try clean.state(.residualAfter, layer: last)
        let patched = try model.run(
            ids, [.replace(.residualAfter, layer: last, rows: 0..<ids.count, with: after)])
        #expect(patched.logits == clean.logits)
        // So does the first one, at every row.
        let before = try clean.state(.residualBefore, layer: 0)
        let fromStart = try model.run(
            ids, [.replace(.residualBefore, layer: 0, rows: 0..<ids.count, with: before)])
        #expect(fromStart.logits == clean.logits)
    }

    @Test(arguments: GoldenModel.all)
    func aLaneWithEditsLeavesItsNeighboursAlone(_ fixture: GoldenModel) throws {
        let model = try fixture.load(HostAlgebra())
        let ids = try Self.ids(fixture)
        let plain = try model.run(ids)
        let edits: [Intervention<Float>] = [
            .scale(.residualBefore, by: 0.5), .knockOut(queries: 2..<5, keys: 0..<2),
            .scale(.values, layers: .layers([0]), by: -1),
        ]
        let edited = try model.run(ids, edits)
        #expect(edited.logits != plain.logits)
        var lanes = [[], edits, []].map {
            Lane(tokens: ids, cache: model.makeCache(), logits: .all, edits: $0)
        }
        var workspace = Workspace<Float>()
        var collector = Collector<Float>()
        try model.forward(&lanes, in: &workspace, into: &collector)
        for row in ids.indices {
            #expect(collector.logits[RowPlace(lane: 0, row: row)] == plain.logits[row])
            #expect(collector.logits[RowPlace(lane: 1, row: row)] == edited.logits[row])
            #expect(collector.logits[RowPlace(lane: 2, row: row)] == plain.logits[row])
        }
    }

    @Test(arguments: GoldenModel.all)
    func editsGoOnApplyingWhileDecodingAndForksStayClean(_ fixture: GoldenModel) throws {
        let model = try fixture.load(HostAlgebra())
        let ids = Array(try fixture.golden.ids.prefix(8))
        let edits: [Intervention<Float>] = [
            .scale(.headOutputs, rows: 3..<6, part: .queryHeads([QueryHead(1)]), by: 3),
            .knockOut(layers: .layers([1]), queries: 2..<Int.max, keys: 1..<3),
            .scale(.feedForwardOutput, rows: 5..<Int.max, by: 0.25),
        ]
        let whole = try model.run(ids, edits)
        var lanes = [
            Lane(
                tokens: [], cache: model.makeCache(), logits: .all, edits: edits,
                textLength: ids.count)
        ]
        var workspace = Workspace<Float>()
        for (row, id) in ids.enumerated() {
            lanes[0].tokens = [id]
            var collector = Collector<Float>()
            try model.forward(&lanes, in: &workspace, into: &collector)
            let logits = try #require(collector.logits[RowPlace(lane: 0, row: row)])
            #expect(difference(logits, whole.logits[row]) <= 2e-5 * peak(logits))
        }

        // A cache forked before an edited pass goes on as if there had been none.
        var trunk = [
            Lane(tokens: Array(ids[..<4]), cache: model.makeCache(), textLength: ids.count)
        ]
        var collector = Collector<Float>()
        try model.forward(&trunk, in: &workspace, into: &collector)
        var edited = trunk[0]
        edited.tokens = Array(ids[4..<6])
        edited.edits = edits
        var clean = trunk[0]
        clean.tokens = edited.tokens
        var alone = [clean]
        try model.forward(&alone, in: &workspace, into: &collector)
        let expected = try #require(collector.logits[RowPlace(lane: 0, row: 5)])
        var both = [edited]
        try model.forward(&both, in: &workspace, into: &collector)
        #expect(collector.logits[RowPlace(lane: 0, row: 5)] != expected)
        var after = [clean]
        try model.forward(&after, in: &workspace, into: &collector)
        #expect(collector.logits[RowPlace(lane: 0, row: 5)] == expected)
    }

    /// The engine's kernels against the plain twin in double precision, all kinds of edits at once.
    @Test(arguments: GoldenModel.all)
    func theEngineAgreesWithItsTwin(_ fixture: GoldenModel) throws {
        let ids = Array(try fixture.golden.ids.prefix(12))
        let host = try fixture.load(HostAlgebra())
        let twin = try fixture.load(ScalarAlgebra<Double>())
        let own = try host.run(ids, Self.mixture(host.configuration, Float.self), attention: .all)
        let truth = try twin.run(
            ids, Self.mixture(twin.configuration, Double.self), attention: .all)
        let peak = peak(truth.logits.joined())
        #expect(difference(Array(own.logits.joined()), Array(truth.logits.joined())) <= 2e-5 * peak)
        for (place, weights) in truth.collector.attention {
            let given = try own.attention(
                layer: place.layer, head: place.head, row: place.place.row)
            #expect(difference(given, weights) <= 1e-4)
        }
    }

    private static func mixture<Scalar: TensorScalar>(
        _ shape: DecoderConfiguration, _ type: Scalar.Type
    ) -> [Intervention<Scalar>] {
        let row = Tensor<Scalar>(
            vector: (0..<shape.hiddenSize).map { Scalar(Double($0 % 5) / 16) })
        let head = Tensor<Scalar>(
            vector: (0..<shape.valueDimension).map { Scalar(Double($0 % 3) / 4) })
        return [
            .add(row, to: .residualBefore, layer: 1, rows: 2..<7),
            .scale(.attentionOutput, layers: .layers([0]), rows: 3..<5, by: 0.5),
            .replace(
                .headOutputs, layer: 0, rows: 4..<6, part: .queryHeads([QueryHead(1)]), with: head),
            .scale(
                .keys, layers: .layers([1]), rows: 0..<3,
                part: .keyValueHeads([KeyValueHead(0)]), by: 0.75),
            .knockOut(
                layers: .layers([0, 1]), heads: .heads([QueryHead(0)]), queries: 5..<12,
                keys: 2..<9),
        ]
    }
}
