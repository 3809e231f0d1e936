extension Family {
    /// Llama (Touvron et al., 2023) and the many models that keep its form.
    static let llama = Family(
        modelType: "llama",
        defaults: { draft in
            draft.configuration.positions = .rotary(.init(theta: 10_000, dimension: 0))
            draft.configuration.contextLength = 2048
        },
        fields: llamaFields + [
            .flag("attention_bias") { value, draft in
                draft.configuration.biases.set([.queryKeyValue, .attentionOutput], to: value)
            },
            .flag("mlp_bias") { value, draft in
                draft.configuration.biases.set(.feedForward, to: value)
            },
        ],
        tensors: llamaTensors
    )

    /// The fields that Llama and its descendants share.
    static let llamaFields: [Field] = [
        .size("hidden_size", \.hiddenSize),
        .size("intermediate_size", \.intermediateSize),
        .size("num_hidden_layers", \.layerCount),
        .size("num_attention_heads", \.queryHeadCount),
        .size("num_key_value_heads", \.keyValueHeadCount, .optional),
        .size("head_dim", \.headDimension, .optional),
        .size("vocab_size", \.vocabularySize),
        .size("max_position_embeddings", \.contextLength, .optional),
        .positive("rms_norm_eps", \.normEpsilon),
        .activation("hidden_act"),
        .tiesWordEmbeddings,
        .ropeTheta,
        .ropeScaling("rope_scaling"),
        .ropeScaling("rope_parameters"),
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
        gate: "mlp.gate_proj",
        up: "mlp.up_proj",
        down: "mlp.down_proj",
        finalNorm: "norm",
        ignoredSuffixes: ["rotary_emb.inv_freq"]
    )
}
