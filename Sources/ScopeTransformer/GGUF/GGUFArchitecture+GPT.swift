internal import ScopeFiles
internal import ScopeTensor

/// Architectures of GPT's form; queries, keys and values lie in one tensor, in this order.
extension GGUFArchitecture {
    static let gpt2 = GGUFArchitecture("gpt2", as: .gpt2, tensors: positionedTensors)

    static let starcoder = GGUFArchitecture(
        "starcoder", as: .gptBigCode, tensors: positionedTensors)

    static let gptneox = GGUFArchitecture(
        "gptneox", as: .gptNeoX,
        fields: [
            .flag("gptneox.use_parallel_residual") { value, draft in
                draft.configuration.residual = value ? .parallel : .sequential
            }
        ],
        tensors: ggufTensors)

    static let bloom = GGUFArchitecture(
        "bloom", as: .bloom,
        tensors: {
            var names = ggufTensors
            names.embeddingNorm = "token_embd_norm"
            return names
        }(),
        combine: { draft, _ throws(FileError) in
            draft.configuration.positions = .linearBias(
                LinearBias(slopes: LinearBias.slopes(heads: draft.configuration.queryHeadCount)))
        })

    static let mpt = GGUFArchitecture(
        "mpt", as: .mpt,
        fields: [
            .bound("mpt.attention.clamp_kqv", \.attentionClip),
            Field("mpt.attention.max_alibi_bias", .required) { value, draft throws(FileError) in
                guard try value.double() != 0 else {
                    throw value.unsupported("only models with linear biases are supported")
                }
                draft.configuration.positions = .linearBias(
                    LinearBias(
                        slopes: LinearBias.slopes(
                            heads: draft.configuration.queryHeadCount,
                            largestExponent: try Field.positiveNumber(value))))
            },
        ],
        tensors: ggufTensors,
        combine: { draft, _ throws(FileError) in
            if draft.holds("output_norm.bias") {
                draft.configuration.normParameters = .scaleAndShift
            }
        })

    /// Falcon with rotation and a parallel block: the format has no other.
    static let falcon = GGUFArchitecture(
        "falcon", as: .falcon,
        fields: [.mustBe("jploski", "falcon.tensor_data_layout")],
        tensors: {
            var names = ggufTensors
            names.feedForwardNorm = nil
            return names
        }(),
        combine: { draft, _ throws(FileError) in
            draft.rotary.isUsed = true
            draft.configuration.residual = .parallel
            guard draft.holds("blk.0.attn_norm_2.weight") else { return }
            // With two norms the one called the first is that of feed-forward.
            draft.names.attentionNorm = "attn_norm_2"
            draft.names.feedForwardNorm = "attn_norm"
        })

    private static let positionedTensors: TensorNames = {
        var names = ggufTensors
        names.positionEmbedding = "position_embd"
        return names
    }()
}
