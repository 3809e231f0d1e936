import ScopeFiles
import ScopeTensor
import ScopeTransformer
import TestFixtures
import Testing

/// A fixture model with what the reference computed for it.
struct GoldenModel: CustomStringConvertible, CustomTestStringConvertible, Sendable {
    let fixture: FixtureFolder

    var description: String { fixture.description }
    var testDescription: String { description }

    /// Every model folder of every fixture root.
    static let all = Fixtures.folders("models").map(GoldenModel.init)

    var modelType: String {
        get throws { try fixture.json("config.json").required("model_type").string() }
    }

    func load<Algebra: LinearAlgebra>(_ algebra: Algebra) throws -> DecoderModel<Algebra> {
        try DecoderModel(from: try fixture.folder(), algebra: algebra)
    }

    /// The folder with its configuration in the other style in place of the first.
    func alternativeFolder() throws -> FileFolder? {
        guard fixture.contains("config.alt.json") else { return nil }
        let alternative = try fixture.contents("config.alt.json")
        let folder = try fixture.folder()
        var files = [
            FileContents(copying: alternative.copy(0..<alternative.byteCount), name: "config.json")
        ]
        for name in folder.fileNames where name.hasPrefix("model") || name.hasPrefix("generation") {
            files.append(try folder.contents(of: name))
        }
        return FileFolder(name: folder.name, files: files)
    }

    /// The reference's greedy continuation when earlier passes are kept as they are, where that
    /// differs from the definition.
    var cachedContinuation: [Int]? {
        get throws {
            try fixture.json("golden.json")["greedy_ids_kv_cache_reference"]?.elements()
                .map { try $0.int() }
        }
    }

    var golden: Golden {
        get throws {
            let tensors = try fixture.tensors("golden.safetensors")
            let report = try fixture.json("golden.json")
            return Golden(
                ids: try tensors.integers("input_ids"),
                logits: try tensors.floats("logits"),
                hiddenStates: try tensors.floats("hidden_states"),
                attentions: try tensors.floats("attentions"),
                greedyIDs: try report.required("greedy_ids").elements().map { try $0.int() })
        }
    }
}

/// What the reference computed, row-major as its README says.
struct Golden {
    let ids: [Int]
    let logits: [Float]
    let hiddenStates: [Float]
    let attentions: [Float]
    let greedyIDs: [Int]
}
