import ScopeFiles
import ScopeTensor
import ScopeTransformer
import TestFixtures
import Testing

/// GGUF files that ask for what is not understood, or that say the same otherwise.
@Suite struct GGUFRefusalTests {
    /// A fixture with one key changed, and how loading it ends.
    struct Change: Sendable, CustomTestStringConvertible {
        let architecture: String
        let key: String
        let value: GGUFWriter.Value?
        var refusedAs: String?

        init(_ key: String, _ value: GGUFWriter.Value?, refusedAs name: String? = nil) {
            architecture = String(key.split(separator: ".")[0])
            self.key = key
            self.value = value
            refusedAs = name ?? key
        }

        static func accepted(_ key: String, _ value: GGUFWriter.Value?) -> Change {
            var change = Change(key, value)
            change.refusedAs = nil
            return change
        }

        var testDescription: String { "\(key) \(value.map { "\($0)" } ?? "missing")" }
    }

    private static func changed(_ change: Change) throws -> ModelFiles {
        let name = "converted-\(change.architecture)-f16.gguf"
        let file = try GGUFFile(Fixtures.roots[0].category("gguf").contents(name))
        var writer = try GGUFWriter(copying: file)
        writer.set(change.key, change.value)
        return .gguf(try GGUFModel([try GGUFFile(writer.contents(name))]))
    }

    private static func counts(_ values: [UInt64]) -> GGUFWriter.Value {
        .array(.uint32, values.map { .integer(.uint32, $0) })
    }

    static let changes = [
        Change("granite.mystery_scale", .float(2)),
        Change("granite.attention.causal", .bool(0)),
        Change("granite.rope.scaling.finetuned", .bool(0)),
        Change("granite.rope.scaling.alpha", .float(3)),
        Change("granite.rope.scaling.type", .string("mystery"), refusedAs: "rope_type"),
        Change(
            "granite.rope.scaling.type", .string("longrope"), refusedAs: "rope_factors_long.weight"),
        Change("granite.rope.scaling.yarn_log_multiplier", .float(0.1)),
        Change("granite.logit_scale", nil),
        Change("granite.attention.layer_norm_rms_epsilon", nil),
        Change("granite.attention.head_count_kv", counts([2, 4])),
        Change("granite.feed_forward_length", counts([])),
        Change("granite.attention.value_length", .uint32(4)),
        Change("gemma3.attention.sliding_window_pattern", .array(.bool, [.bool(1)])),
        Change("deepseek2.expert_gating_func", .uint32(2)),
        Change("deepseek2.expert_group_count", .uint32(8)),
        Change("deepseek2.expert_count", nil),
        Change("deepseek2.expert_used_count", .uint32(9)),
        Change("deepseek2.rope.dimension_count", nil),
        Change("deepseek2.rope.dimension_count", .uint32(10), refusedAs: "key_length_mla"),
        Change("mpt.attention.max_alibi_bias", .float(0)),
        Change("falcon.tensor_data_layout", .string("other")),
        Change("stablelm.rope.dimension_count", .uint32(9), refusedAs: "cannot be rotated"),
        .accepted("granite.attention.head_count_kv", counts([2, 2])),
        .accepted("granite.feed_forward_length", counts([16, 16])),
        .accepted("granite.expert_count", nil),
        .accepted("granite.rope.scaling.finetuned", .bool(1)),
        .accepted("granite.attention.layer_norm_epsilon", .float(7)),
        .accepted("gemma3.attention.sliding_window", .uint32(0)),
        .accepted("gemma3.attention.sliding_window_pattern", .uint32(6)),
        .accepted("deepseek2.expert_gating_func", .uint32(1)),
        .accepted("deepseek2.expert_group_count", .uint32(1)),
        .accepted("mpt.attention.clamp_kqv", .float(0)),
    ]

    @Test(arguments: changes)
    func endsByName(_ change: Change) throws {
        let files = try Self.changed(change)
        guard let name = change.refusedAs else {
            _ = try DecoderModel(from: files, algebra: HostAlgebra())
            return
        }
        #expect {
            try DecoderModel(from: files, algebra: HostAlgebra())
        } throws: { error in
            "\(error)".contains(name) && "\(error)".contains("converted-\(change.architecture)")
        }
    }

    @Test(arguments: ["opt", "gptj", "codegen", "gptneo", "mamba", "mixtral", ""])
    func anUnknownArchitectureIsRefusedByName(_ name: String) throws {
        let file = try GGUFFile(
            Fixtures.roots[0].category("gguf").contents("converted-granite-f16.gguf"))
        var writer = try GGUFWriter(copying: file)
        writer.set("general.architecture", .string(name))
        let files = ModelFiles.gguf(try GGUFModel([try GGUFFile(writer.contents())]))
        #expect {
            try DecoderModel(from: files, algebra: HostAlgebra())
        } throws: { error in
            guard case ModelFailure.file(.unsupported(_, let field, let reason)) = error else {
                return false
            }
            return field == "general.architecture" && reason.contains("\"\(name)\"")
        }
    }

    /// A file that names no key for what all models have is not guessed at.
    @Test(arguments: [
        "block_count", "embedding_length", "context_length", "attention.head_count",
    ])
    func aMissingSizeIsNamed(_ key: String) throws {
        let files = try Self.changed(Change("olmo2.\(key)", nil))
        #expect {
            try DecoderModel(from: files, algebra: HostAlgebra())
        } throws: { error in "\(error)".contains("olmo2.\(key)") }
    }
}
