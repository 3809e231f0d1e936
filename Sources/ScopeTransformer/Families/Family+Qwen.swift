internal import ScopeFiles

extension Family {
    /// Qwen 2 and 2.5 (arXiv 2412.15115): Llama's block with biases on queries, keys and values.
    static let qwen2 = Family(
        modelType: "qwen2",
        defaults: { draft in
            qwenDefaults(&draft)
            draft.configuration.keyValueHeadCount = 32
            draft.configuration.biases = .queryKeyValue
        },
        fields: llamaFields + qwenWindows + [
            // The family's biases are fixed; some files write the field all the same.
            .withoutEffect("attention_bias")
        ],
        tensors: llamaTensors
    )

    /// Qwen 3 (arXiv 2505.09388): normalised queries and keys, no biases.
    static let qwen3 = Family(
        modelType: "qwen3",
        defaults: { draft in
            qwenDefaults(&draft)
            draft.configuration.keyValueHeadCount = 32
            draft.configuration.queryKeyNorm = .head
            draft.configuration.headDimension = 128
        },
        fields: llamaFields + qwenWindows + [.attentionBias],
        tensors: qwen3Tensors
    )

    /// Qwen 1.5 and 2 with experts (arXiv 2407.10671, section 2.2.2).
    static let qwen2MoE = Family(
        modelType: "qwen2_moe",
        defaults: { draft in
            qwenDefaults(&draft)
            draft.configuration.keyValueHeadCount = 16
            draft.configuration.biases = .queryKeyValue
            draft.configuration.experts = ExpertConfiguration(
                count: 60, perToken: 4, intermediateSize: 1408, sharedIntermediateSize: 5632,
                gatesShared: true)
        },
        fields: expertFamilyFields + [
            .experts("num_experts", \.count),
            .experts("shared_expert_intermediate_size", \.sharedIntermediateSize),
            .biases("qkv_bias", .queryKeyValue),
            .mustBe(false, "use_sliding_window"),
            // Read only where windows are used.
            .withoutEffect("sliding_window"), .withoutEffect("max_window_layers"),
            .layerTypes,
        ],
        tensors: {
            var names = llamaTensors
            names.experts = qwenExperts
            names.experts?.shared = "mlp.shared_expert."
            names.experts?.sharedGate = "mlp.shared_expert_gate"
            return names
        }()
    )

    /// Qwen 3 with experts (arXiv 2505.09388).
    static let qwen3MoE = Family(
        modelType: "qwen3_moe",
        defaults: { draft in
            qwenDefaults(&draft)
            draft.configuration.keyValueHeadCount = 4
            draft.configuration.queryKeyNorm = .head
            draft.configuration.experts = ExpertConfiguration(
                count: 128, perToken: 8, intermediateSize: 768)
        },
        fields: expertFamilyFields + [
            .experts("num_local_experts", \.count),
            .attentionBias,
            .mustBe(false, "use_sliding_window"),
            .withoutEffect("sliding_window"), .withoutEffect("max_window_layers"),
        ],
        otherNames: ["num_experts": "num_local_experts"],
        tensors: {
            var names = qwen3Tensors
            names.experts = qwenExperts
            return names
        }()
    )

    /// Mixtral (arXiv 2401.04088): Mistral with experts in every layer.
    static let mixtral = Family(
        modelType: "mixtral",
        defaults: { draft in
            llamaDefaults(&draft)
            draft.configuration.contextLength = 4096 * 32
            draft.configuration.normEpsilon = 1e-5
            draft.configuration.keyValueHeadCount = 8
            draft.rotary.theta = 1_000_000
            draft.configuration.experts = ExpertConfiguration(
                count: 8, perToken: 2, normalizesWeights: true)
        },
        fields: llamaFields + [
            .experts("num_local_experts", \.count),
            .experts("num_experts_per_tok", \.perToken),
            .window("sliding_window"),
            // Training.
            .withoutEffect("output_router_logits"), .withoutEffect("router_aux_loss_coef"),
            .withoutEffect("router_jitter_noise"),
        ],
        otherNames: ["num_experts": "num_local_experts"],
        tensors: {
            var names = llamaTensors
            names.experts = ExpertNames(
                router: "block_sparse_moe.gate", expert: "block_sparse_moe.experts.#.",
                feedForward: .separate(gate: "w1", up: "w3", down: "w2"))
            return names
        }(),
        combine: { draft, _ throws(FileError) in
            draft.configuration.experts?.intermediateSize = draft.configuration.intermediateSize
        }
    )

    private static let qwenDefaults: @Sendable (inout ConfigurationDraft) -> Void = { draft in
        llamaDefaults(&draft)
        draft.configuration.contextLength = 32_768
        draft.windows.areUsed = false
        draft.windows.size = 4096
        draft.windows.firstLayer = 28
    }

    private static let qwenWindows: [Field] = [
        .usesWindow, .window("sliding_window"), .firstWindowLayer, .layerTypes,
    ]

    private static let expertFamilyFields =
        llamaFields.map { field in
            field.name == "intermediate_size" ? field.read(where: .aLayerHasNoExperts) : field
        } + expertFields

    private static let expertFields: [Field] = [
        .experts("num_experts_per_tok", \.perToken),
        .experts("moe_intermediate_size", \.intermediateSize),
        .normalizesExperts, .expertStep, .denseLayers,
        // Training.
        .withoutEffect("output_router_logits"), .withoutEffect("router_aux_loss_coef"),
    ]

    private static let qwen3Tensors: TensorNames = {
        var names = llamaTensors
        names.queryNorm = "self_attn.q_norm"
        names.keyNorm = "self_attn.k_norm"
        return names
    }()

    private static let qwenExperts = ExpertNames(
        router: "mlp.gate", expert: "mlp.experts.#.",
        feedForward: .separate(gate: "gate_proj", up: "up_proj", down: "down_proj"))
}
