import ScopeTensor
import ScopeTransformer
import Synchronization
import TestFixtures
import Testing

/// Lanes: sequences of different length that share every product with a weight matrix.
@Suite struct LaneTests {
    @Test(arguments: GoldenModel.supported)
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
        #expect(counting.products == singleProducts)
        #expect(singleProducts > 0)
        for (place, logits) in zip(places, expected) {
            #expect(collector.logits[place] == logits)
        }
    }

    @Test func aLaneThatAsksForNoLogitsGetsNone() throws {
        let model = try #require(GoldenModel.supported.first).load(HostAlgebra())
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

/// An algebra that counts its products with weight matrices.
struct CountingAlgebra<Base: LinearAlgebra>: LinearAlgebra {
    typealias Scalar = Base.Scalar

    private let base: Base
    private let counter = Counter()

    private final class Counter: Sendable {
        let value = Mutex(0)
    }

    init(_ base: Base) { self.base = base }

    var products: Int { counter.value.withLock { $0 } }

    func reset() { counter.value.withLock { $0 = 0 } }

    var name: String { base.name }

    func multiply(
        _ input: Tensor<Scalar>, by weights: WeightMatrix, bias: Tensor<Scalar>?,
        into output: inout Tensor<Scalar>
    ) {
        counter.value.withLock { $0 += 1 }
        base.multiply(input, by: weights, bias: bias, into: &output)
    }

    func lookUp(_ rows: [Int], in weights: WeightMatrix, into output: inout Tensor<Scalar>) {
        base.lookUp(rows, in: weights, into: &output)
    }

    func rmsNorm(
        _ input: Tensor<Scalar>, weight: Tensor<Scalar>, epsilon: Double,
        into output: inout Tensor<Scalar>
    ) {
        base.rmsNorm(input, weight: weight, epsilon: epsilon, into: &output)
    }

    func layerNorm(
        _ input: Tensor<Scalar>, weight: Tensor<Scalar>, bias: Tensor<Scalar>?, epsilon: Double,
        into output: inout Tensor<Scalar>
    ) {
        base.layerNorm(input, weight: weight, bias: bias, epsilon: epsilon, into: &output)
    }

    func rotate(_ x: inout Tensor<Scalar>, headDimension: Int, by rotation: Rotation<Scalar>) {
        base.rotate(&x, headDimension: headDimension, by: rotation)
    }

    func activate(_ x: inout Tensor<Scalar>, with activation: Activation) {
        base.activate(&x, with: activation)
    }

    func multiply(_ x: inout Tensor<Scalar>, elementwiseBy y: Tensor<Scalar>) {
        base.multiply(&x, elementwiseBy: y)
    }

    func add(_ x: Tensor<Scalar>, to y: inout Tensor<Scalar>) {
        base.add(x, to: &y)
    }

    func dotRows(
        _ query: Span<Scalar>, _ keys: Span<Scalar>, scale: Scalar,
        into scores: inout MutableSpan<Scalar>
    ) {
        base.dotRows(query, keys, scale: scale, into: &scores)
    }

    func softmax(_ scores: inout MutableSpan<Scalar>) {
        base.softmax(&scores)
    }

    func addWeightedRows(
        _ weights: Span<Scalar>, _ values: Span<Scalar>, to output: inout MutableSpan<Scalar>
    ) {
        base.addWeightedRows(weights, values, to: &output)
    }
}
