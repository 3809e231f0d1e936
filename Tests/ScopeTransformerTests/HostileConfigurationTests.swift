import ScopeFiles
import ScopeTensor
import ScopeTransformer
import TestFixtures
import Testing

/// Whatever stands in a field of a configuration, loading and a pass end, at worst with an error
/// that names file and field.
@Suite struct HostileConfigurationTests {
    /// One small model of each family.
    static let models: [GoldenModel] = {
        var families: Set<String> = []
        return GoldenModel.all.filter { fixture in
            guard let type = try? fixture.modelType else { return false }
            return families.insert(type).inserted
        }
    }()

    private static let values: [JSONTree] =
        [
            "-1", "0", "0.1", "-0.0", "1e-400", "1e-300", "1e30", "1e300", "1e400", "-1e400",
            "16777216", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
            "1e18", "123456789012345678901234567890",
        ].map(JSONTree.number) + [
            .string(""), .string("NaN"), .string("Infinity"), .string("64"),
            .string(String(repeating: "x", count: 3000)), .bool(true), .null, .array([]),
            .object([]), .array([.array([])]), .array([.null]), .array([.number("1e400")]),
            .array(Array(repeating: .number("1"), count: 200)),
            .array([.string("full_attention"), .number("-7")]),
            .object([.init(key: "full_attention", value: .null)]),
            .object([.init(key: "rope_type", value: .array([]))]),
            .object([.init(key: "type", value: .string("yarn"))]),
            .array([.array([.array([.string("global")]), .number("16777216")])]),
        ]

    @Test(arguments: models)
    func everyFieldMayHoldAnything(_ fixture: GoldenModel) throws {
        let model = try ChangedModel(fixture)
        let original = try model.configuration(model.tree)
        let paths = model.tree.keys.map { [JSONTree.Step.key($0)] } + model.members
        // The lists of fields without effect are the same for all families.
        let isFirst = fixture.fixture == Self.models.first?.fixture
        for path in paths where isFirst || !model.isWithoutEffect(path) {
            for value in Self.values {
                try check(model, model.tree.replacing(path, with: value), original)
            }
        }
    }

    /// The scaling of a rotation, with hostile members of every kind.
    @Test(arguments: ["default", "dynamic", "linear", "llama3", "longrope", "su", "yarn"])
    func everyMemberOfAScalingMayHoldAnything(_ kind: String) throws {
        let fixture = try #require(Self.models.first { $0.fixture.name == "llama" })
        let model = try ChangedModel(fixture)
        let pairs = (0..<4).map { JSONTree.number("\(1 + $0)") }
        let members: [(String, JSONTree)] = [
            ("factor", .number("4")), ("low_freq_factor", .number("1")),
            ("high_freq_factor", .number("4")), ("rope_theta", .number("10000")),
            ("original_max_position_embeddings", .number("8")),
            ("short_factor", .array(pairs)), ("long_factor", .array(pairs)),
            ("attention_factor", .number("1.5")), ("beta_fast", .number("32")),
            ("beta_slow", .number("1")), ("mscale", .number("0.7")),
            ("mscale_all_dim", .number("0.7")), ("truncate", .bool(false)),
            ("partial_rotary_factor", .number("0.5")),
        ]
        // Only the members that this kind knows.
        var scaling = JSONTree.object([.init(key: "rope_type", value: .string(kind))])
        var known: [String] = []
        for (key, value) in members {
            let tried = scaling.replacing([.key(key)], with: value)
            if case .unsupported? = try failure(model, with(tried, in: model)) { continue }
            scaling = tried
            known.append(key)
        }
        let original = try model.configuration(model.tree)
        for key in known {
            for value in Self.values {
                let changed = scaling.replacing([.key(key)], with: value)
                try check(model, with(changed, in: model), original)
            }
        }
    }

    private func with(_ scaling: JSONTree, in model: ChangedModel) -> JSONTree {
        model.tree.replacing([.key("rope_theta")], with: nil)
            .replacing([.key("rope_parameters")], with: nil)
            .replacing([.key("rope_scaling")], with: scaling)
    }

    private func failure(_ model: ChangedModel, _ tree: JSONTree) throws -> FileError? {
        do {
            _ = try model.configuration(tree)
            return nil
        } catch ModelFailure.file(let error) {
            return error
        }
    }

    /// Loads and computes, or fails in a way that helps.
    private func check(
        _ model: ChangedModel, _ tree: JSONTree, _ original: DecoderConfiguration
    ) throws {
        do {
            guard try model.configuration(tree) != original else { return }
            let changed = try model.load(tree)
            let logits = try changed.logits([1, 2, 3], chunk: 3)
            #expect(logits.count == 3)
        } catch ModelFailure.contextExceeded(let length, let limit) {
            #expect(length == 3 && limit < 3)
        } catch ModelFailure.file(let error) {
            #expect(!error.file.isEmpty && !(error.field ?? "").isEmpty, "\(error)")
            #expect(error.description.count < 1200, "\(error)")
        }
    }
}
