internal import ScopeFiles
internal import ScopeTensor

extension Family {
    /// BLOOM (arXiv 2211.05100): linear biases for positions, and a norm on the embedding.
    static let bloom = Family(
        modelType: "bloom",
        defaults: { draft in
            gptDefaults(&draft)
            draft.configuration.positions = .rotaryOrNone
            draft.configuration.contextLength = 2048
        },
        fields: [
            .size("hidden_size", \.hiddenSize),
            .layers("n_layer"),
            .heads("n_head"),
            .contextLength("seq_length"),
            // Four times the hidden size, whatever other families say with this name.
            .mustBeNull("n_inner"),
            .size("vocab_size", \.vocabularySize),
            .positive("layer_norm_epsilon", \.normEpsilon),
            .tiesWordEmbeddings,
            .flag("apply_residual_connection_post_layernorm") { value, draft in
                draft.configuration.residual = value ? .sequentialFromNorm : .sequential
            },
            // The order in which partial sums of several devices are added.
            .withoutEffect("slow_but_exact"),
            // Training and kernels of the original implementation.
            .withoutEffect("attention_softmax_in_fp32"), .withoutEffect("bias_dropout_fusion"),
            .withoutEffect("masked_softmax_fusion"), .withoutEffect("offset_alibi"),
            .withoutEffect("skip_bias_add"), .withoutEffect("skip_bias_add_qkv"),
        ],
        otherNames: [
            "n_embed": "hidden_size", "num_attention_heads": "n_head",
            "num_hidden_layers": "n_layer",
        ],
        tensors: TensorNames(
            prefixes: ["transformer.", ""],
            embedding: "word_embeddings",
            embeddingNorm: "word_embeddings_layernorm",
            layer: "h.#.",
            attentionNorm: "input_layernorm",
            projections: .fused("self_attention.query_key_value", .byHead),
            attentionOutput: "self_attention.dense",
            feedForwardNorm: "post_attention_layernorm",
            feedForward: .separate(
                gate: nil, up: "mlp.dense_h_to_4h", down: "mlp.dense_4h_to_h"),
            finalNorm: "ln_f"
        ),
        combine: { draft, _ throws(FileError) in
            draft.configuration.positions = .linearBias(
                LinearBias(slopes: LinearBias.slopes(heads: draft.configuration.queryHeadCount)))
        }
    )

    /// Falcon in its three architectures (arXiv 2311.16867).
    static let falcon = Family(
        modelType: "falcon",
        defaults: { draft in
            gptDefaults(&draft)
            draft.configuration.positions = .rotaryOrNone
            draft.configuration.contextLength = 2048
            draft.configuration.activation = .gelu
            draft.configuration.biases = []
            draft.flags = ["multi_query": true, "parallel_attn": true]
        },
        fields: [
            .size("hidden_size", \.hiddenSize),
            .size("ffn_hidden_size", \.intermediateSize, .optional),
            .layers("num_hidden_layers"),
            .heads("num_attention_heads"),
            Field.number("num_kv_heads").read(
                where: .isTrue("new_decoder_architecture").or(
                    .isFalse("multi_query", byDefault: true))),
            Field.number("num_ln_in_parallel_attn").read(
                where: .isTrue("parallel_attn", byDefault: true)),
            .contextLength("max_position_embeddings"),
            .size("vocab_size", \.vocabularySize),
            .positive("layer_norm_epsilon", \.normEpsilon),
            .activation("activation"),
            .tiesWordEmbeddings,
            .biases("bias", [.queryKeyValue, .attentionOutput, .feedForward]),
            .flag("alibi"),
            Field.flag("multi_query").read(where: .isFalse("new_decoder_architecture")),
            .flag("new_decoder_architecture"), .flag("parallel_attn"),
        ] + Field.rotation.map { $0.read(where: .isFalse("alibi")) },
        otherNames: ["n_embed": "hidden_size"],
        tensors: TensorNames(
            prefixes: ["transformer."],
            embedding: "word_embeddings",
            layer: "h.#.",
            attentionNorm: "input_layernorm",
            projections: .fused("self_attention.query_key_value", .byHead),
            attentionOutput: "self_attention.dense",
            feedForwardNorm: "post_attention_layernorm",
            feedForward: .separate(
                gate: nil, up: "mlp.dense_h_to_4h", down: "mlp.dense_4h_to_h"),
            finalNorm: "ln_f"
        ),
        combine: combineFalcon,
        adjust: { draft, _ throws(FileError) in
            guard case .linearBias(var bias) = draft.configuration.positions else { return }
            // The reference's attention adds the scaled bias once to the scores and once with the
            // mask; see the decision record on Falcon's biases.
            bias.scale = 2 * draft.configuration.attentionScale
            draft.configuration.positions = .linearBias(bias)
        }
    )

    private static let combineFalcon: Step = { draft, root throws(FileError) in
        let isNew = draft.flag("new_decoder_architecture")
        let heads = draft.configuration.queryHeadCount
        if isNew || !draft.flag("multi_query") {
            draft.configuration.keyValueHeadCount = draft.numbers["num_kv_heads"] ?? heads
        } else {
            draft.configuration.keyValueHeadCount = 1
        }
        if !isNew, draft.configuration.keyValueHeadCount != 1,
            draft.configuration.keyValueHeadCount != heads
        {
            throw root.error(
                "must equal num_attention_heads in this architecture", field: "num_kv_heads")
        }
        if draft.flag("alibi") {
            draft.configuration.positions = .linearBias(
                LinearBias(slopes: LinearBias.slopes(heads: heads), roundsToBFloat16: true))
        } else {
            draft.rotary.isUsed = true
        }
        guard isNew || draft.flag("parallel_attn") else { return }
        guard draft.flag("parallel_attn") else {
            throw root.error("must be true in the new architecture", field: "parallel_attn")
        }
        draft.configuration.residual = .parallel
        let norms = draft.numbers["num_ln_in_parallel_attn"] ?? (isNew ? 2 : 1)
        guard norms == 1 || norms == 2 && isNew else {
            throw root.error(
                isNew ? "must be 1 or 2" : "must be 1 in this architecture",
                field: "num_ln_in_parallel_attn")
        }
        if norms == 2 {
            draft.names.attentionNorm = "ln_attn"
            draft.names.feedForwardNorm = "ln_mlp"
        } else {
            draft.names.feedForwardNorm = nil
        }
    }
}
