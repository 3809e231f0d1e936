import ScopeFiles
import ScopeTensor
import ScopeTransformer
import TestFixtures
import Testing

/// Architectures whose files hold what a model's folder does, under other names: the committed
/// folders, written as GGUF files, give the same logits.
@Suite struct GGUFRenamingTests {
    /// What a folder's fields and tensors are called in a GGUF file.
    struct Renaming: Sendable, CustomTestStringConvertible {
        let model: String
        let architecture: String
        /// Beyond those that nearly all have; parts of names, the first that fits is taken.
        var tensors: [(String, String)] = []
        var keys: [(String, String)] = []
        /// Whether norms are stored with the 1 that the folder leaves out.
        var addsOne = false

        var testDescription: String { "\(model) as \(architecture)" }
    }

    private static let gpt = [
        ("wte", "token_embd"), ("wpe", "position_embd"), ("ln_1", "attn_norm"),
        ("ln_2", "ffn_norm"), ("attn.c_attn", "attn_qkv"), ("attn.c_proj", "attn_output"),
        ("ln_f", "output_norm"),
    ]

    static let all = [
        Renaming(
            model: "gpt_bigcode", architecture: "starcoder", tensors: gpt,
            keys: [
                ("n_embd", "embedding_length"), ("n_inner", "feed_forward_length"),
                ("n_layer", "block_count"), ("n_head", "attention.head_count"),
                ("n_positions", "context_length"), ("multi_query", "attention.head_count_kv"),
            ]),
        Renaming(
            model: "starcoder2", architecture: "starcoder2",
            keys: [("sliding_window", "attention.sliding_window")]),
        Renaming(
            model: "phi", architecture: "phi2",
            tensors: [
                ("self_attn.dense", "attn_output"), ("fc1", "ffn_up"), ("fc2", "ffn_down"),
                ("final_layernorm", "output_norm"),
            ]),
        Renaming(model: "qwen3", architecture: "qwen3"),
        Renaming(model: "gemma", architecture: "gemma", addsOne: true),
        Renaming(
            model: "gemma2", architecture: "gemma2",
            tensors: [
                ("post_attention_layernorm", "post_attention_norm"),
                ("pre_feedforward_layernorm", "ffn_norm"),
                ("post_feedforward_layernorm", "post_ffw_norm"),
            ],
            keys: [
                ("sliding_window", "attention.sliding_window"),
                ("attn_logit_softcapping", "attn_logit_softcapping"),
                ("final_logit_softcapping", "final_logit_softcapping"),
                ("query_pre_attn_scalar", "attention.scale"),
            ], addsOne: true),
    ]

    private static let usualTensors = [
        ("embed_tokens", "token_embd"), ("input_layernorm", "attn_norm"),
        ("post_attention_layernorm", "ffn_norm"), ("q_proj", "attn_q"), ("k_proj", "attn_k"),
        ("v_proj", "attn_v"), ("o_proj", "attn_output"), ("q_norm", "attn_q_norm"),
        ("k_norm", "attn_k_norm"), ("gate_proj", "ffn_gate"), ("up_proj", "ffn_up"),
        ("down_proj", "ffn_down"), ("c_fc", "ffn_up"), ("mlp.c_proj", "ffn_down"),
        ("lm_head", "output"), ("model.norm", "output_norm"),
    ]

    private static let usualKeys = [
        ("hidden_size", "embedding_length"), ("intermediate_size", "feed_forward_length"),
        ("num_hidden_layers", "block_count"), ("num_attention_heads", "attention.head_count"),
        ("num_key_value_heads", "attention.head_count_kv"), ("head_dim", "attention.key_length"),
        ("head_dim", "attention.value_length"), ("max_position_embeddings", "context_length"),
        ("rms_norm_eps", "attention.layer_norm_rms_epsilon"),
        ("layer_norm_eps", "attention.layer_norm_epsilon"),
        ("layer_norm_epsilon", "attention.layer_norm_epsilon"),
        ("norm_epsilon", "attention.layer_norm_epsilon"), ("rope_theta", "rope.freq_base"),
        ("partial_rotary_factor", "rope.dimension_count"),
    ]

    @Test(arguments: all)
    func agrees(_ renaming: Renaming) throws {
        let source = GoldenModel(
            fixture: try #require(
                Fixtures.roots[0].folders("models").first { $0.name == renaming.model }))
        let golden = try source.golden
        let model = try DecoderModel(
            from: .gguf(GGUFModel([GGUFFile(Self.file(renaming, source).contents())])),
            algebra: HostAlgebra())
        let logits = try model.logits(golden.ids, chunk: golden.ids.count).flatMap { $0 }
        #expect(difference(logits, golden.logits) <= 2e-4 * peak(golden.logits))
        #expect(model.configuration == (try Self.expected(source, like: model.configuration)))
    }

    /// The folder's configuration, but for what a GGUF file says by other means.
    private static func expected(
        _ source: GoldenModel, like model: DecoderConfiguration
    ) throws -> DecoderConfiguration {
        var expected = try source.load(HostAlgebra()).configuration
        expected.bosTokenID = model.bosTokenID
        expected.eosTokenIDs = model.eosTokenIDs
        // Numbers of the metadata are of single precision.
        for number in [\DecoderConfiguration.normEpsilon, \.attentionScale] {
            let (own, other) = (model[keyPath: number], expected[keyPath: number])
            if abs(own - other) <= 1e-7 * other { expected[keyPath: number] = own }
        }
        expected.normOffset = 0
        for index in expected.layers.indices {
            guard let theta = expected.layers[index].rotary?.theta else { continue }
            expected.layers[index].rotary?.theta = Double(Float(theta))
        }
        return expected
    }

    private static func file(
        _ renaming: Renaming, _ source: GoldenModel
    ) throws -> GGUFWriter {
        var writer = GGUFWriter()
        writer.set("general.architecture", .string(renaming.architecture))
        let config = try source.fixture.json("config.json")
        for (field, key) in renaming.keys + usualKeys {
            guard let value = config[field], !value.isNull else { continue }
            writer.set("\(renaming.architecture).\(key)", try Self.value(value, field, config))
        }
        let file = try source.fixture.tensors("model.safetensors")
        for entry in file.entries {
            var values = try file.floats(entry.name)
            let name = try Self.name(entry.name, renaming)
            if renaming.addsOne, name.contains("norm") { values = values.map { $0 + 1 } }
            writer.add(name, .float32, shape: entry.shape)
            writer.data.removeLast(4 * values.count)
            for value in values {
                for shift in [0, 8, 16, 24] {
                    writer.data.append(UInt8(truncatingIfNeeded: value.bitPattern >> shift))
                }
            }
        }
        return writer
    }

    private static func value(
        _ value: JSONValue, _ field: String, _ config: JSONValue
    ) throws -> GGUFWriter.Value {
        switch field {
        case "multi_query": return .uint32(try value.bool() ? 1 : 0)
        case "query_pre_attn_scalar":
            return .float(1 / Float(try value.double()).squareRoot())
        case "partial_rotary_factor":
            let width =
                try config.required("hidden_size").int()
                / config.required("num_attention_heads").int()
            return .uint32(UInt32(try value.double() * Double(width)))
        default:
            let number = try value.double()
            let isWhole = number >= 1 && number == number.rounded() && !field.contains("cap")
            return isWhole && field != "rope_theta"
                ? .uint32(UInt32(number)) : .float(Float(number))
        }
    }

    private static func name(_ name: String, _ renaming: Renaming) throws -> String {
        let parts = name.split(separator: ".")
        let layer = parts.first { $0.allSatisfy(\.isNumber) }.map { "blk.\($0)." } ?? ""
        let (_, new) = try #require(
            (renaming.tensors + usualTensors).first { name.contains($0.0) }, "\(name)")
        return "\(layer)\(new).\(parts.last ?? "")"
    }
}
