import ScopeFiles
import ScopeTensor
import TestFixtures
import Testing

@testable import ScopeTransformer

/// What heads make of values, for every family: grouped heads and latent attention included.
@Suite struct ValueProductTests {
    /// Keeps the products of every layer and position.
    struct Products: SignalSink {
        typealias Scalar = Float
        var values: [[Int]: [Float]] = [:]
        mutating func logits(_ logits: Span<Float>, at place: RowPlace) {}
        mutating func valueProducts(_ products: Span<Float>, layer: Int, at place: RowPlace) {
            var copy: [Float] = []
            for index in products.indices { copy.append(products[index]) }
            values[[layer, place.row]] = copy
        }
    }

    /// The heads' outputs sum to what the output matrix makes of all heads' values side by side, which
    /// come from a stored pass here.
    @Test(arguments: GoldenModel.all)
    func theHeadsOutputsSumToTheWhole(_ golden: GoldenModel) throws {
        let model = try golden.load(HostAlgebra())
        let ids = Array(try golden.golden.ids.prefix(12))
        let shape = model.configuration
        var lanes = [
            Lane(
                tokens: ids, cache: model.makeCache(),
                signals: SignalRequest(valueProducts: .all))
        ]
        var workspace = Workspace<Float>()
        var sink = Products()
        try model.forward(&lanes, in: &workspace, into: &sink)
        #expect(sink.values.count == shape.layerCount * ids.count)
        let tape = try model.record(model.embeddings(of: ids))
        let heads = shape.queryHeadCount
        let group = heads / shape.keyValueHeadCount
        var attentions: [AttentionTape<Float>] = tape.layers.compactMap { layer in
            guard case .activations(let stored) = layer else { return nil }
            return stored.attention
        }
        attentions.append(tape.top.attention)
        #expect(attentions.count == shape.layerCount)
        for (layer, attention) in attentions.enumerated() {
            var context = Tensor<Float>(rows: ids.count, columns: heads * shape.valueDimension)
            for head in 0..<heads {
                let values = attention.values[head / group]
                for place in values.indices {
                    let (position, column) = place.quotientAndRemainder(
                        dividingBy: shape.valueDimension)
                    context[position, head * shape.valueDimension + column] = values[place]
                }
            }
            var output = Tensor<Float>(rows: 0, columns: shape.hiddenSize)
            model.algebra.multiply(
                context, by: model.weights.layers[layer].attentionOutput.weights, bias: nil,
                into: &output)
            for position in ids.indices {
                let products = try #require(sink.values[[layer, position]])
                #expect(products.count == heads * (heads + 1) / 2)
                var sum = 0.0
                var diagonal = 0.0
                for left in 0..<heads {
                    for right in 0...left {
                        let product = Double(products[left * (left + 1) / 2 + right])
                        sum += left == right ? product : 2 * product
                        diagonal += left == right ? product : 0
                    }
                }
                let whole = (0..<shape.hiddenSize).reduce(0.0) {
                    $0 + Double(output[position, $1]) * Double(output[position, $1])
                }
                #expect(abs(sum - whole) <= 1e-5 * (diagonal + whole))
            }
        }
    }

    @Test func onlyTheLayersThatAreAskedForAreSent() throws {
        let model = try GoldenModel.all[0].load(HostAlgebra())
        var lanes = [
            Lane(
                tokens: [1, 2, 3], cache: model.makeCache(),
                signals: SignalRequest(valueProducts: .layers([1])))
        ]
        var workspace = Workspace<Float>()
        var sink = Products()
        try model.forward(&lanes, in: &workspace, into: &sink)
        #expect(Set(sink.values.keys) == [[1, 0], [1, 1], [1, 2]])
        lanes[0].signals = SignalRequest()
        sink = Products()
        try model.forward(&lanes, in: &workspace, into: &sink)
        #expect(sink.values.isEmpty)
    }
}
