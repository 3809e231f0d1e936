import ScopeFiles
import ScopeTensor
import ScopeTransformer
import TestFixtures
import Testing

/// A GGUF model with what the reference computed from its dequantised weights.
struct GoldenGGUF: CustomTestStringConvertible, Sendable {
    let folder: FixtureFolder
    let document: String

    var testDescription: String { "\(folder)/\(document)" }

    /// Every document of every fixture root that has logits; the others are of tensors alone.
    static let all: [GoldenGGUF] = Fixtures.roots.flatMap { root in
        let folder = root.category("gguf")
        return root.names("gguf").filter { name in
            name.hasSuffix(".golden.json")
                && (try? folder.json(name))?["architecture"] != nil
        }.map { GoldenGGUF(folder: folder, document: $0) }
    }

    func load<Algebra: LinearAlgebra>(_ algebra: Algebra) throws -> DecoderModel<Algebra> {
        let file = try folder.json(document).required("file").string()
        return try DecoderModel(
            from: ModelFiles(path: folder.path(of: file)), algebra: algebra)
    }
}

/// Models in GGUF files against the reference.
@Suite struct GGUFGoldenTests {
    @Test(arguments: GoldenGGUF.all)
    func engineAgrees(_ fixture: GoldenGGUF) throws {
        try check(fixture, HostAlgebra())
    }

    @Test(arguments: GoldenGGUF.all)
    func twinInDoubleAgrees(_ fixture: GoldenGGUF) throws {
        try check(fixture, ScalarAlgebra<Double>())
    }

    private func check<Algebra: LinearAlgebra>(
        _ fixture: GoldenGGUF, _ algebra: Algebra
    ) throws {
        let model = try fixture.load(algebra)
        let golden = try fixture.golden
        let (ids, logits) = (golden.ids, golden.logits)
        let layers = model.configuration.layerCount

        var lanes = [
            Lane(
                tokens: ids, cache: model.makeCache(), logits: .all,
                signals: SignalRequest(hiddenStates: .layers([0, layers])))
        ]
        var workspace = Workspace<Algebra.Scalar>()
        var collector = Collector<Algebra.Scalar>()
        try model.forward(&lanes, in: &workspace, into: &collector)
        let own = try ids.indices.flatMap {
            try #require(collector.logits[RowPlace(lane: 0, row: $0)])
        }
        let error = difference(own, logits)
        #expect(error <= 2e-4 * peak(logits))
        for (layer, expected) in [(0, golden.firstStates), (layers, golden.lastStates)] {
            let states = try ids.indices.flatMap { row in
                try #require(
                    collector.hiddenStates[.init(layer: layer, place: .init(lane: 0, row: row))])
            }
            #expect(difference(states, expected) <= 2e-4 * peak(expected))
        }
        let expected = golden.greedyIDs
        lanes[0].signals = SignalRequest()
        lanes[0].logits = .last
        let last = Array(own.suffix(model.configuration.vocabularySize))
        #expect(try model.continuation(&lanes, after: last, count: expected.count) == expected)
        print("parity \(fixture.testDescription) [\(algebra.name)]: logits \(error / peak(logits))")
    }

    /// A vocabulary's text may go through in pieces, whatever the weights' format.
    @Test(arguments: GoldenGGUF.all)
    func chunksAgreeWithTheWhole(_ fixture: GoldenGGUF) throws {
        let model = try fixture.load(HostAlgebra())
        let ids = try fixture.golden.ids
        let whole = try model.logits(ids, chunk: ids.count)
        let bound = 2e-4 * peak(whole.joined())
        for chunk in [1, 5] {
            let parts = try model.logits(ids, chunk: chunk)
            #expect(difference(Array(parts.joined()), Array(whole.joined())) <= bound)
        }
    }

    @Test func thereAreFixtures() {
        #expect(GoldenGGUF.all.count >= 8)
    }
}

extension GoldenGGUF {
    /// What the reference computed.
    struct Golden {
        let ids: [Int]
        let logits: [Float]
        let firstStates: [Float]
        let lastStates: [Float]
        let greedyIDs: [Int]
    }

    /// The data beside the file, or those of the model folder that the file was converted from.
    var golden: Golden {
        get throws {
            let report = try folder.json(document)
            guard let model = try report["model"]?.string() else {
                let name = document.replacing(".golden.json", with: ".golden.safetensors")
                let tensors = try folder.tensors(name)
                return Golden(
                    ids: try tensors.integers("input_ids"), logits: try tensors.floats("logits"),
                    firstStates: try tensors.floats("hidden_states_0"),
                    lastStates: try tensors.floats("hidden_states_last"),
                    greedyIDs: try report.required("greedy_ids").elements().map { try $0.int() })
            }
            let source = try #require(
                GoldenModel.all.first {
                    $0.fixture.root == folder.root && "models/\($0.fixture.name)" == model
                }, "\(model) is not there")
            let golden = try source.golden
            let count = golden.hiddenStates.count / (try source.layerCount + 1)
            return Golden(
                ids: golden.ids, logits: golden.logits,
                firstStates: Array(golden.hiddenStates.prefix(count)),
                lastStates: Array(golden.hiddenStates.suffix(count)), greedyIDs: golden.greedyIDs)
        }
    }
}

extension GoldenModel {
    /// The layers of the states that the reference has given.
    fileprivate var layerCount: Int {
        get throws {
            try fixture.json("golden.json").required("n_layers_in_hidden_states").int()
        }
    }
}
