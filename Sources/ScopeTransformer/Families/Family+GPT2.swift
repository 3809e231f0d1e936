internal import ScopeFiles
internal import ScopeTensor

extension Family {
    /// GPT-2 (Radford et al., 2019).
    static let gpt2 = Family(
        modelType: "gpt2",
        defaults: gptDefaults,
        fields: gptFields + [
            .flag("scale_attn_weights") { value, draft in draft.scalesAttention = value },
            .mustBe(false, "scale_attn_by_inverse_layer_idx"),
            .mustBe(false, "add_cross_attention"),
            // Changes the order of two exact steps, not what is computed.
            .withoutEffect("reorder_and_upcast_attn"),
        ],
        otherNames: gptOtherNames,
        tensors: gpt2Tensors
    )

    /// GPT-BigCode, the family of StarCoder and SantaCoder (arXiv 2305.06161): GPT-2 with one key
    /// and value head for all queries.
    static let gptBigCode = Family(
        modelType: "gpt_bigcode",
        defaults: { draft in
            gptDefaults(&draft)
            draft.flags["multi_query"] = true
        },
        fields: gptFields + [
            .flag("scale_attn_weights") { value, draft in draft.scalesAttention = value },
            .flag("multi_query"),
            .mustBe(false, "add_cross_attention"),
            // Follows from the field above.
            .withoutEffect("num_key_value_heads"),
            // Where softmax is computed in half precision; here it never is.
            .withoutEffect("attention_softmax_in_fp32"),
            .withoutEffect("scale_attention_softmax_in_fp32"),
            // Memory plans of the original implementation.
            .withoutEffect("inference_runner"),
            .withoutEffect("max_batch_size"),
            .withoutEffect("max_sequence_length"),
            .withoutEffect("pad_key_length"),
            .withoutEffect("pre_allocate_kv_cache"),
            .withoutEffect("validate_runner_input"),
        ],
        otherNames: gptOtherNames,
        tensors: gpt2Tensors,
        combine: { draft, _ throws(FileError) in
            let shared = draft.flag("multi_query")
            draft.configuration.keyValueHeadCount = shared ? 1 : 0
            draft.names.layout = .outputMajor
            draft.names.projections = .fused("attn.c_attn", shared ? .whole : .byHead)
        }
    )

    /// What GPT-2 and its descendants of the same field names fix.
    static let gptDefaults: @Sendable (inout ConfigurationDraft) -> Void = { draft in
        draft.configuration.norm = .layer
        draft.configuration.normParameters = .scaleAndShift
        draft.configuration.normEpsilon = 1e-5
        draft.configuration.positions = .learned(offset: 0)
        draft.configuration.contextLength = 1024
        draft.configuration.feedForward = .plain
        draft.configuration.activation = .geluTanh
        draft.configuration.biases = [.queryKeyValue, .attentionOutput, .feedForward]
        draft.configuration.tiesWordEmbeddings = true
    }

    /// The fields that GPT-2 and its descendants share.
    static let gptFields: [Field] = [
        .size("n_embd", \.hiddenSize),
        .size("n_inner", \.intermediateSize, .optional),
        .layers("n_layer"),
        .heads("n_head"),
        .contextLength("n_positions"),
        .size("vocab_size", \.vocabularySize),
        .positive("layer_norm_epsilon", \.normEpsilon),
        .activation("activation_function"),
        .tiesWordEmbeddings,
        .withoutEffect("n_ctx"),
        .withoutEffect("summary_activation"),
        .withoutEffect("summary_first_dropout"),
        .withoutEffect("summary_proj_to_labels"),
        .withoutEffect("summary_type"),
        .withoutEffect("summary_use_proj"),
    ]

    /// The names that the reference takes for those fields as well.
    static let gptOtherNames = [
        "hidden_size": "n_embd", "max_position_embeddings": "n_positions",
        "num_attention_heads": "n_head", "num_hidden_layers": "n_layer",
    ]

    private static let gpt2Tensors = TensorNames(
        prefixes: ["transformer.", ""],
        embedding: "wte",
        positionEmbedding: "wpe",
        layer: "h.#.",
        attentionNorm: "ln_1",
        projections: .fused("attn.c_attn", .whole),
        attentionOutput: "attn.c_proj",
        feedForwardNorm: "ln_2",
        feedForward: .separate(gate: nil, up: "mlp.c_fc", down: "mlp.c_proj"),
        finalNorm: "ln_f",
        layout: .inputMajor,
        ignoredSuffixes: [".attn.bias", ".attn.masked_bias"]
    )
}
