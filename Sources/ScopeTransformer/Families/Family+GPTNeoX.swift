internal import ScopeTensor

extension Family {
    /// GPT-NeoX (arXiv 2204.06745), Pythia and their kin.
    static let gptNeoX = Family(
        modelType: "gpt_neox",
        defaults: { draft in
            draft.configuration.norm = .layer
            draft.configuration.normParameters = .scaleAndShift
            draft.configuration.normEpsilon = 1e-5
            draft.configuration.contextLength = 2048
            draft.configuration.feedForward = .plain
            draft.configuration.activation = .gelu
            draft.configuration.biases = [.queryKeyValue, .attentionOutput, .feedForward]
            draft.configuration.residual = .parallel
            draft.rotary.isUsed = true
            draft.rotary.fraction = 0.25
        },
        fields: [
            .size("hidden_size", \.hiddenSize),
            .size("intermediate_size", \.intermediateSize),
            .layers("num_hidden_layers"),
            .heads("num_attention_heads"),
            .contextLength("max_position_embeddings"),
            .size("vocab_size", \.vocabularySize),
            .positive("layer_norm_eps", \.normEpsilon),
            .activation("hidden_act"),
            .tiesWordEmbeddings,
            .biases("attention_bias", [.queryKeyValue, .attentionOutput]),
            .flag("use_parallel_residual") { value, draft in
                draft.configuration.residual = value ? .parallel : .sequential
            },
        ] + Field.rotation,
        otherNames: ["rotary_emb_base": "rope_theta", "rotary_pct": "partial_rotary_factor"],
        tensors: TensorNames(
            prefixes: ["gpt_neox.", ""],
            embedding: "embed_in",
            layer: "layers.#.",
            attentionNorm: "input_layernorm",
            projections: .fused("attention.query_key_value", .byHead),
            attentionOutput: "attention.dense",
            feedForwardNorm: "post_attention_layernorm",
            feedForward: .separate(
                gate: nil, up: "mlp.dense_h_to_4h", down: "mlp.dense_4h_to_h"),
            finalNorm: "final_layer_norm",
            head: "embed_out",
            ignoredSuffixes: [
                ".attention.bias", ".attention.masked_bias", ".attention.rotary_emb.inv_freq",
            ]
        )
    )
}
