internal import ScopeFiles
internal import ScopeTensor

extension Family {
    /// DeepSeek-V2 and DeepSeek-Coder-V2 (arXiv 2405.04434): latent attention and many small
    /// experts.
    static let deepseekV2 = Family(
        modelType: "deepseek_v2",
        defaults: { draft in
            llamaDefaults(&draft)
            draft.configuration.experts = ExpertConfiguration(
                count: 64, perToken: 0, intermediateSize: 1407)
            draft.configuration.latentAttention = LatentAttention(
                queryRank: 1536, keyValueRank: 512, rotaryDimension: 64)
            draft.configuration.valueDimension = 128
            draft.rotary.pairing = .adjacent
            draft.numbers = ["n_shared_experts": 2, "qk_nope_head_dim": 128]
        },
        fields: [
            .size("hidden_size", \.hiddenSize),
            Field.size("intermediate_size", \.intermediateSize)
                .read(where: .aLayerHasNoExperts),
            .layers("num_hidden_layers"),
            .heads("num_attention_heads"),
            .keyValueHeads,
            .size("vocab_size", \.vocabularySize),
            .contextLength("max_position_embeddings"),
            .size("v_head_dim", \.valueDimension, .optional),
            .positive("rms_norm_eps", \.normEpsilon),
            .activation("hidden_act"),
            .tiesWordEmbeddings,
            .biases("attention_bias", [.queryKeyValue, .attentionOutput]),
            .biases("mlp_bias", .feedForward),
            .latent("kv_lora_rank", \.keyValueRank),
            .latent("qk_rope_head_dim", \.rotaryDimension),
            Field("q_lora_rank") { value, draft throws(FileError) in
                draft.configuration.latentAttention?.queryRank =
                    value.isNull ? nil : try Field.count(value)
            },
            .number("qk_nope_head_dim"),
            .experts("n_routed_experts", \.count),
            .experts("num_experts_per_tok", \.perToken),
            .experts("moe_intermediate_size", \.intermediateSize),
            Field.number("n_shared_experts").read(where: .aLayerHasExperts),
            .firstExpertLayer,
            Field("routed_scaling_factor") { value, draft throws(FileError) in
                draft.configuration.experts?.weightScale = try Field.positiveNumber(value)
            }.read(where: .aLayerHasExperts),
            .mustBe("greedy", "topk_method"),
            .mustBe(false, "norm_topk_prob"),
            .mustBe("softmax", "scoring_func"),
            // Every layer behind the first dense ones has experts.
            .mustBeOne("moe_layer_freq"),
            // Read only where experts are chosen from groups, which the method above does not.
            .withoutEffect("n_group"), .withoutEffect("topk_group"),
            // Follow from other fields.
            .withoutEffect("head_dim"), .withoutEffect("qk_head_dim"),
            // Training.
            .withoutEffect("aux_loss_alpha"), .withoutEffect("ep_size"),
            .withoutEffect("output_router_logits"), .withoutEffect("seq_aux"),
        ] + Field.rotation,
        otherNames: ["num_experts": "n_routed_experts"],
        tensors: {
            var names = llamaTensors
            names.projections = .latent(
                LatentNames(
                    query: "self_attn.q_proj", queryDown: "self_attn.q_a_proj",
                    queryNorm: "self_attn.q_a_layernorm", queryUp: "self_attn.q_b_proj",
                    keyValueDown: "self_attn.kv_a_proj_with_mqa",
                    keyValueNorm: "self_attn.kv_a_layernorm", keyValueUp: "self_attn.kv_b_proj"))
            names.experts = ExpertNames(
                router: "mlp.gate", expert: "mlp.experts.#.",
                feedForward: .separate(gate: "gate_proj", up: "up_proj", down: "down_proj"),
                shared: "mlp.shared_experts.")
            return names
        }(),
        combine: { draft, root throws(FileError) in
            let latent = draft.configuration.latentAttention
            draft.configuration.headDimension =
                (latent?.rotaryDimension ?? 0) + (draft.numbers["qk_nope_head_dim"] ?? 0)
            // Keys and values are expanded to every head.
            let heads = draft.configuration.queryHeadCount
            guard [0, heads].contains(draft.configuration.keyValueHeadCount) else {
                throw root.error("must equal num_attention_heads", field: "num_key_value_heads")
            }
            draft.configuration.keyValueHeadCount = heads
            let width = draft.configuration.experts?.intermediateSize ?? 0
            draft.configuration.experts?.sharedIntermediateSize =
                width * (draft.numbers["n_shared_experts"] ?? 0)
        },
        adjust: { draft, _ throws(FileError) in
            guard case .yarn(let factor, _, _)? = draft.configuration.layers.first?.rotary?.scaling,
                let scale = draft.rotary.parameters?["mscale_all_dim"], !scale.isNull
            else { return }
            let magnitude = RotaryConfiguration.yarnMagnitude(factor, try scale.double())
            draft.configuration.attentionScale *= magnitude * magnitude
        }
    )
}

extension Field {
    fileprivate static func latent(
        _ name: String, _ target: any WritableKeyPath<LatentAttention, Int> & Sendable
    ) -> Field {
        Field(name) { value, draft throws(FileError) in
            guard var latent = draft.configuration.latentAttention else { return }
            latent[keyPath: target] = try count(value)
            draft.configuration.latentAttention = latent
        }
    }
}
