internal import ScopeTensor

extension Family {
    /// GPT-2 (Radford et al., 2019).
    static let gpt2 = Family(
        modelType: "gpt2",
        defaults: { draft in
            draft.configuration.norm = .layer
            draft.configuration.normEpsilon = 1e-5
            draft.configuration.positions = .learned
            draft.configuration.contextLength = 1024
            draft.configuration.feedForward = .plain
            draft.configuration.activation = .geluTanh
            draft.configuration.biases = [.queryKeyValue, .attentionOutput, .feedForward]
            draft.configuration.tiesWordEmbeddings = true
        },
        fields: [
            .size("n_embd", \.hiddenSize),
            .size("n_inner", \.intermediateSize, .optional),
            .size("n_layer", \.layerCount),
            .size("n_head", \.queryHeadCount),
            .size("n_positions", \.contextLength, .optional),
            .size("vocab_size", \.vocabularySize),
            .positive("layer_norm_epsilon", \.normEpsilon),
            .activation("activation_function"),
            .tiesWordEmbeddings,
            .flag("scale_attn_weights") { value, draft in draft.scalesAttention = value },
            .mustBe(false, "scale_attn_by_inverse_layer_idx"),
            .mustBe(false, "add_cross_attention"),
            // Changes the order of two exact steps, not what is computed.
            .withoutEffect("reorder_and_upcast_attn"),
            .withoutEffect("n_ctx"),
            .withoutEffect("summary_activation"),
            .withoutEffect("summary_first_dropout"),
            .withoutEffect("summary_proj_to_labels"),
            .withoutEffect("summary_type"),
            .withoutEffect("summary_use_proj"),
        ],
        tensors: TensorNames(
            prefixes: ["transformer.", ""],
            embedding: "wte",
            positionEmbedding: "wpe",
            layer: "h.#.",
            attentionNorm: "ln_1",
            projections: .fused("attn.c_attn"),
            attentionOutput: "attn.c_proj",
            feedForwardNorm: "ln_2",
            up: "mlp.c_fc",
            down: "mlp.c_proj",
            finalNorm: "ln_f",
            layout: .inputMajor,
            ignoredSuffixes: [".attn.bias", ".attn.masked_bias"]
        )
    )
}
