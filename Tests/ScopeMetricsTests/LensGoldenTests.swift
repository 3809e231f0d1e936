import ScopeTestKit
import TestFixtures
import Testing
import TokenScope

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The logit lens against the reference: its own numbers where there are some, its hidden states for every
/// family.
@Suite struct LensGoldenTests {
    @Test(arguments: AttentionGoldenTests.fixtures)
    func theLensIsTheReferences(_ fixture: FixtureFolder) throws {
        let golden = try AttentionGoldenTests.Golden(fixture)
        let size = golden.context.configuration.vocabularySize
        let trace = try golden.trace(
            of: golden.ids, try LensObserver(golden.context, count: size))
        let table = try #require(trace.lensTable())
        let divergences = try golden.tensors.doubles("lens_kl_final_vs_layer_nats")
        let logits = try golden.tensors.doubles("lens_last_position_logits")
        let count = golden.ids.count
        var worst = 0.0
        for layer in 0...golden.layers {
            for row in 0..<count {
                let own = table.columns[row].readings[layer].divergence
                let expected = divergences[layer * count + row]
                #expect(abs(own - expected) <= 1e-3 + 1e-3 * expected)
                worst = max(worst, abs(own - expected))
            }
            let expected = Array(logits[layer * size..<(layer + 1) * size])
            let largest = expected.map { abs($0) }.max() ?? 0
            let peak = expected.max() ?? 0
            let logSum = peak + log(expected.reduce(0) { $0 + exp($1 - peak) })
            let reading = table.columns[count - 1].readings[layer]
            #expect(reading.ids.count == size)
            for (id, probability) in zip(reading.ids, reading.probabilities) {
                #expect(abs(log(probability) + logSum - expected[id]) <= 4e-4 * largest)
            }
        }
        let report = try fixture.json("attention.json").required("logit_lens_last_position")
        for (layer, entry) in try report.elements().enumerated() {
            let ids = try entry.required("top5_ids").elements().map { try $0.int() }
            let probabilities = try entry.required("top5_probs").elements().map {
                try $0.double()
            }
            let reading = table.columns[count - 1].readings[layer]
            #expect(Array(reading.ids.prefix(5)) == ids)
            for (own, other) in zip(reading.probabilities, probabilities) {
                #expect(abs(own - other) <= 1e-3)
            }
        }
        if reportsDistances { print("\(fixture): lens divergence \(worst)") }
    }

    /// Each layer is `head(norm(h))` of the reference's hidden state, in `Double`; the last is the model's own
    /// distribution.
    @Test(arguments: FixtureModel.all)
    func everyLayerIsTheReferencesStateReadOut(_ model: FixtureModel) throws {
        let context = try model.context(HostAlgebra())
        let twin = try DecoderModel(
            from: try model.fixture.folder(), algebra: ScalarAlgebra<Double>())
        let shape = context.configuration
        let golden = try model.fixture.tensors("golden.safetensors")
        let ids = try golden.integers("input_ids")
        let states = try golden.doubles("hidden_states")
        let finals = try golden.doubles("logits")
        let count = 12
        let trace = try FixtureModel.trace(
            context, ids, chunk: 512, try LensObserver(context, count: 8))
        let table = try #require(trace.lensTable())
        let width = shape.hiddenSize
        for row in 0..<count {
            let start = row * shape.vocabularySize
            let final = Self.distribution(
                Array(finals[start..<start + shape.vocabularySize]))
            let column = table.columns[row]
            var leaders: [Int] = []
            for layer in 0...shape.layerCount {
                var distribution = final
                if layer < shape.layerCount {
                    let first = (layer * ids.count + row) * width
                    var logits = Tensor<Double>(rows: 0, columns: shape.vocabularySize)
                    twin.readOut(
                        Tensor(vector: Array(states[first..<first + width])), into: &logits)
                    distribution = Self.distribution(logits.storage)
                }
                let reading = column.readings[layer]
                for (id, probability) in zip(reading.ids, reading.probabilities) {
                    #expect(abs(exp(distribution[id]) - probability) <= 1e-3)
                }
                let divergence = zip(final, distribution).reduce(0) {
                    $0 + exp($1.0) * ($1.0 - $1.1)
                }
                #expect(abs(reading.divergence - divergence) <= 1e-3 + 1e-3 * divergence)
                let entropy = distribution.reduce(0) { $0 - exp($1) * $1 }
                #expect(abs(reading.entropy - entropy) <= 1e-3)
                leaders.append(reading.ids[0])
                let actual = trace.tokens[row + 1].id
                #expect(abs(reading.probability - exp(distribution[actual])) <= 1e-3)
                if let place = reading.ids.firstIndex(of: actual) {
                    #expect(reading.rank == place + 1)
                } else {
                    #expect(reading.rank > 8)
                }
            }
            #expect(column.leadingLayer == leaders.firstIndex(of: leaders[shape.layerCount]))
        }
    }

    /// Log-probabilities.
    private static func distribution(_ logits: [Double]) -> [Double] {
        let peak = logits.max() ?? 0
        let sum = peak + log(logits.reduce(0) { $0 + exp($1 - peak) })
        return logits.map { $0 - sum }
    }
}
