internal import ScopeFiles

extension Family {
    /// Llama (Touvron et al., 2023) and the many models that keep its form.
    static let llama = Family(
        modelType: "llama",
        defaults: llamaDefaults,
        fields: llamaFields + [.attentionBias, .biases("mlp_bias", .feedForward)],
        tensors: llamaTensors
    )

    /// Mistral (arXiv 2310.06825): Llama whose layers see a window.
    static let mistral = Family(
        modelType: "mistral",
        defaults: { draft in
            llamaDefaults(&draft)
            draft.configuration.contextLength = 4096 * 32
            draft.configuration.keyValueHeadCount = 8
            draft.windows.size = 4096
        },
        fields: llamaFields + [.window("sliding_window")],
        tensors: llamaTensors
    )

    /// Granite (IBM, 2024): Llama with a factor at every junction.
    static let granite = Family(
        modelType: "granite",
        defaults: { draft in
            llamaDefaults(&draft)
            draft.scalesAttention = false
        },
        fields: llamaFields + [
            .attentionBias, .biases("mlp_bias", .feedForward),
            .positive("attention_multiplier", \.attentionScale),
            .positive("embedding_multiplier", \.embeddingScale),
            .positive("residual_multiplier", \.residualScale),
            Field("logits_scaling") { value, draft throws(FileError) in
                draft.configuration.logitScale = 1 / (try Field.positiveNumber(value))
            },
        ],
        tensors: llamaTensors
    )

    /// SmolLM3 (Hugging Face, 2025): Llama with some layers that are not rotated.
    static let smolLM3 = Family(
        modelType: "smollm3",
        defaults: { draft in
            llamaDefaults(&draft)
            draft.configuration.contextLength = 32_768
            draft.configuration.keyValueHeadCount = 4
            draft.configuration.tiesWordEmbeddings = true
            draft.rotary.theta = 2_000_000
            draft.rotary.skippedInterval = 4
            draft.windows.areUsed = false
        },
        fields: llamaFields + [
            .attentionBias, .biases("mlp_bias", .feedForward),
            .mustBe(false, "use_sliding_window"), .layerTypes, .rotatedLayers, .rotationSkip,
            // Read only where windows are used.
            .withoutEffect("max_window_layers"), .withoutEffect("sliding_window"),
        ],
        tensors: llamaTensors
    )

    /// What Llama and its descendants fix.
    static let llamaDefaults: @Sendable (inout ConfigurationDraft) -> Void = { draft in
        draft.configuration.contextLength = 2048
        draft.rotary.isUsed = true
    }

    /// The fields that Llama and its descendants share.
    static let llamaFields: [Field] =
        llamaSizes + [
            .positive("rms_norm_eps", \.normEpsilon),
            .activation("hidden_act"),
            .tiesWordEmbeddings,
        ] + Field.rotation

    /// The sizes of Llama and of the many others that name them alike.
    static let llamaSizes: [Field] = [
        .size("hidden_size", \.hiddenSize),
        .size("intermediate_size", \.intermediateSize),
        .layers("num_hidden_layers"),
        .heads("num_attention_heads"),
        .keyValueHeads,
        .size("head_dim", \.headDimension, .optional),
        .size("vocab_size", \.vocabularySize),
        .contextLength("max_position_embeddings"),
    ]

    /// The tensor names that Llama and its descendants share.
    static let llamaTensors = TensorNames(
        prefixes: ["model.", ""],
        embedding: "embed_tokens",
        layer: "layers.#.",
        attentionNorm: "input_layernorm",
        projections: .separate(
            query: "self_attn.q_proj", key: "self_attn.k_proj", value: "self_attn.v_proj"),
        attentionOutput: "self_attn.o_proj",
        feedForwardNorm: "post_attention_layernorm",
        feedForward: .separate(gate: "mlp.gate_proj", up: "mlp.up_proj", down: "mlp.down_proj"),
        finalNorm: "norm",
        ignoredSuffixes: ["rotary_emb.inv_freq"]
    )
}

extension Field {
    static let attentionBias = biases("attention_bias", [.queryKeyValue, .attentionOutput])
}
