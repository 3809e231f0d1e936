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

    /// Those this package supports today; the rest must refuse to load by name, which
    /// `everyModelLoadsOrIsRefusedByName` checks.
    static let supported = all.filter(\.isSupported)

    private var isSupported: Bool {
        guard let configuration = try? fixture.json("config.json"),
            let family = try? configuration.required("model_type").string()
        else { return true }
        guard ["gpt2", "llama", "qwen2"].contains(family) else { return false }
        if (try? configuration["use_sliding_window"]?.bool()) == true { return false }
        let scaling = configuration["rope_scaling"] ?? configuration["rope_parameters"]
        let kind = scaling?["rope_type"] ?? scaling?["type"]
        guard let kind, let name = try? kind.string() else { return true }
        return ["default", "linear", "llama3"].contains(name)
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
