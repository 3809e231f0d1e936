import ScopeTensor
import ScopeTransformer
import TestFixtures
import Testing

/// Gradients with respect to embedding rows: difference quotients through the twin in `Double` for
/// every family, and the engine beside the twin.
@Suite struct GradientTests {
    private static let tokenCount = 9

    @Test(arguments: GoldenModel.all)
    func theTwinAgreesWithDifferenceQuotients(_ fixture: GoldenModel) throws {
        let model = try fixture.load(ScalarAlgebra<Double>())
        let ids = Array(try fixture.golden.ids.prefix(Self.tokenCount))
        let embeddings = try model.embeddings(of: ids)
        let tape = try model.record(embeddings)
        let states = model.hiddenStates(of: tape, rows: Array(ids.indices))
        #expect(try difference(states.storage, model.finalHiddenStates(ids)) < 1e-9)

        var random = SplitMix(seed: 7)
        let width = model.configuration.hiddenSize
        let probes = [ids.count - 1, ids.count / 2].map { row in
            GradientProbe(row: row, direction: (0..<width).map { _ in random.next() })
        }
        let gradients = try model.inputGradients(of: tape, probes)
        for _ in 0..<3 {
            let direction = embeddings.storage.map { _ in random.next() * 0.05 }
            for (probe, gradient) in zip(probes, gradients) {
                func value(_ step: Double) throws -> Double {
                    var moved = embeddings
                    for index in moved.storage.indices {
                        moved.storage[index] += step * direction[index]
                    }
                    let hidden = model.hiddenStates(of: try model.record(moved), rows: [probe.row])
                    return zip(probe.direction, hidden.storage).reduce(0) { $0 + $1.0 * $1.1 }
                }
                // Richardson's step: the error of fourth order in h.
                let h = 1e-4
                let near = (try value(h) - value(-h)) / (2 * h)
                let far = (try value(2 * h) - value(-2 * h)) / (4 * h)
                let quotient = (4 * near - far) / 3
                let product = zip(gradient.storage, direction).reduce(0) { $0 + $1.0 * $1.1 }
                let scale = zip(gradient.storage, direction)
                    .reduce(1e-12) { $0 + abs($1.0 * $1.1) }
                #expect(
                    abs(quotient - product) < 2e-6 * scale,
                    "\(fixture): \(quotient) against \(product)")
            }
        }
    }

    @Test(arguments: GoldenModel.all)
    func theEngineAgreesWithTheTwin(_ fixture: GoldenModel) throws {
        let engine = try fixture.load(HostAlgebra())
        let twin = try fixture.load(ScalarAlgebra<Double>())
        let ids = Array(try fixture.golden.ids.prefix(Self.tokenCount))
        var random = SplitMix(seed: 3)
        let direction = (0..<twin.configuration.hiddenSize).map { _ in random.next() }
        let row = ids.count - 2
        let tape = try engine.record(engine.embeddings(of: ids))
        let probe = GradientProbe(row: row, direction: direction.map(Float.init))
        let own = try engine.inputGradients(of: tape, [probe])[0]
        let expected = try twin.inputGradients(
            of: twin.record(twin.embeddings(of: ids)),
            [GradientProbe(row: row, direction: probe.direction.map(Double.init))])[0]
        #expect(difference(own.storage, expected.storage) <= 1e-4 * peak(expected.storage))
        // Causality is exact: what comes behind the row has no part in it.
        let width = direction.count
        #expect(own.storage[(row + 1) * width..<(row + 2) * width].allSatisfy { $0 == 0 })

        // Layers computed anew on the way back give the same numbers, and probes do not mix.
        let lean = try engine.record(engine.embeddings(of: ids), memory: .inputs) { _ in }
        let other = GradientProbe(row: 1, direction: direction.reversed().map(Float.init))
        let both = try engine.inputGradients(of: lean, [other, probe])
        #expect(difference(both[1].storage, own.storage) <= 1e-5 * peak(own.storage))
    }
}

extension LanguageModel {
    /// The final norm's output of every row.
    fileprivate func finalHiddenStates(_ ids: [Int]) throws -> [Scalar] {
        let layer = configuration.layerCount
        var lanes = [
            Lane(
                tokens: ids, cache: makeCache(), logits: .none,
                signals: SignalRequest(hiddenStates: .layers([layer])))
        ]
        var workspace = Workspace<Scalar>()
        var collector = Collector<Scalar>()
        try forward(&lanes, in: &workspace, into: &collector)
        return try ids.indices.flatMap { row in
            try #require(
                collector.hiddenStates[.init(layer: layer, place: .init(lane: 0, row: row))])
        }
    }
}

/// Uniform numbers between -1 and 1 from a seed.
private struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        z ^= z >> 31
        return Double(z >> 11) * 0x1p-52 - 1
    }
}
