internal import ScopeFiles
internal import ScopeTensor

/// Architectures of Llama's form.
extension GGUFArchitecture {
    /// Llama, Mistral, Mixtral and their kin.
    ///
    /// The rows of queries and keys are stored in the order in which neighbours form a pair; the
    /// products of the two are the same in either order.
    static let llama = GGUFArchitecture(
        "llama", as: .llama,
        fields: Field.mixture("llama") + [
            .ggufWindow("llama.attention.sliding_window"),
            .mustBe("Meta AI original pth", "llama.tensor_data_layout"),
        ],
        tensors: gatedTensors,
        combine: { draft, root throws(FileError) in
            draft.rotary.pairing = .adjacent
            guard draft.configuration.experts?.count ?? 0 > 0 else {
                draft.configuration.experts = nil
                return
            }
            draft.configuration.modelType = Family.mixtral.modelType
            try draft.takeExperts("llama", root, normalizing: true)
            guard !draft.holds("blk.0.ffn_gate_exps.weight") else { return }
            // Files of before April 2024 hold each expert's matrices apart.
            draft.names.experts?.areStacked = false
            draft.names.experts?.feedForward = .separate(
                gate: "ffn_gate.#", up: "ffn_up.#", down: "ffn_down.#")
        })

    /// Granite; its rows are ordered as Llama's.
    static let granite = GGUFArchitecture(
        "granite", as: .granite,
        fields: [
            .factor("granite.embedding_scale", \.embeddingScale),
            .factor("granite.residual_scale", \.residualScale),
            Field("granite.logit_scale", .required) { value, draft throws(FileError) in
                draft.configuration.logitScale = 1 / (try Field.positiveNumber(value))
            },
            // Here, and only here, what is false turns the rotation off.
            .mustBe(true, "granite.rope.scaling.finetuned"),
        ],
        tensors: gatedTensors,
        combine: { draft, _ throws(FileError) in draft.rotary.pairing = .adjacent })

    /// SmolLM3; its rows are ordered as Llama's, and every fourth layer is not rotated.
    static let smollm3 = GGUFArchitecture(
        "smollm3", as: .smolLM3,
        tensors: gatedTensors,
        combine: { draft, _ throws(FileError) in draft.rotary.pairing = .adjacent })

    /// OLMo; its rows are ordered as Llama's.
    static let olmo = GGUFArchitecture(
        "olmo", as: .olmo,
        fields: [.bound("olmo.attention.clamp_kqv", \.attentionClip)],
        tensors: gatedTensors,
        combine: { draft, _ throws(FileError) in draft.rotary.pairing = .adjacent })

    static let olmo2 = GGUFArchitecture(
        "olmo2", as: .olmo2,
        tensors: {
            var names = bothSidesTensors
            names.attentionNorm = nil
            names.feedForwardNorm = nil
            names.queryNorm = "attn_q_norm"
            names.keyNorm = "attn_k_norm"
            return names
        }())

    static let qwen2 = GGUFArchitecture("qwen2", as: .qwen2, tensors: gatedTensors)

    static let qwen3 = GGUFArchitecture("qwen3", as: .qwen3, tensors: normalizedTensors)

    static let phi3 = GGUFArchitecture(
        "phi3", as: .phi3,
        fields: [.ggufWindow("phi3.attention.sliding_window")],
        tensors: {
            var names = gatedTensors
            names.feedForward = .fused(gateAndUp: "ffn_up", down: "ffn_down")
            return names
        }())

    static let starcoder2 = GGUFArchitecture(
        "starcoder2", as: .starcoder2,
        fields: [.ggufWindow("starcoder2.attention.sliding_window")],
        tensors: {
            var names = gatedTensors
            names.feedForward = ggufTensors.feedForward
            return names
        }())
}

/// The names of tensors.
extension GGUFArchitecture {
    /// Without a gate, and with queries, keys and values in one.
    static let ggufTensors = TensorNames(
        prefixes: [""],
        embedding: "token_embd",
        layer: "blk.#.",
        attentionNorm: "attn_norm",
        projections: .fused("attn_qkv", .whole),
        attentionOutput: "attn_output",
        feedForwardNorm: "ffn_norm",
        feedForward: .separate(gate: nil, up: "ffn_up", down: "ffn_down"),
        finalNorm: "output_norm",
        head: "output")

    /// With a gate, and with queries, keys and values apart.
    static let gatedTensors: TensorNames = {
        var names = ggufTensors
        names.projections = .separate(query: "attn_q", key: "attn_k", value: "attn_v")
        names.feedForward = .separate(gate: "ffn_gate", up: "ffn_up", down: "ffn_down")
        return names
    }()

    /// With norms of queries and keys.
    static let normalizedTensors: TensorNames = {
        var names = gatedTensors
        names.queryNorm = "attn_q_norm"
        names.keyNorm = "attn_k_norm"
        return names
    }()

    /// With norms before and behind attention and feed-forward.
    static let bothSidesTensors: TensorNames = {
        var names = gatedTensors
        names.attentionOutputNorm = "post_attention_norm"
        names.feedForwardOutputNorm = "post_ffw_norm"
        return names
    }()
}
