internal import ScopeFiles
internal import ScopeTensor

extension Family {
    /// MPT (MosaicML, 2023): linear biases for positions, no biases elsewhere.
    static let mpt = Family(
        modelType: "mpt",
        defaults: { draft in
            gptDefaults(&draft)
            draft.configuration.normParameters = .scale
            draft.configuration.positions = .rotaryOrNone
            draft.configuration.contextLength = 2048
            draft.configuration.activation = .gelu
            draft.configuration.biases = []
            draft.flags["alibi"] = true
            draft.numbers["alibi_bias_max"] = 8
        },
        fields: [
            .size("d_model", \.hiddenSize),
            .layers("n_layers"),
            .heads("n_heads"),
            .contextLength("max_seq_len"),
            .size("vocab_size", \.vocabularySize),
            .positive("layer_norm_epsilon", \.normEpsilon),
            .tiesWordEmbeddings,
            .mptAttention,
            .mustBe(true, "no_bias"),
            .mustBeNull("logit_scale"),
            .mustBe("low_precision_layernorm", "norm_type"),
            // The reference's feed-forward part is four times as wide whatever this says.
            .withoutEffect("expansion_ratio"),
            // Positions come from the biases alone.
            .withoutEffect("learned_pos_emb"),
            // Training.
            .withoutEffect("emb_pdrop"), .withoutEffect("embedding_fraction"),
            .withoutEffect("init_config"), .withoutEffect("init_device"),
            .withoutEffect("verbose"),
        ],
        otherNames: [
            "hidden_size": "d_model", "num_attention_heads": "n_heads",
            "num_hidden_layers": "n_layers",
        ],
        tensors: TensorNames(
            prefixes: ["transformer."],
            embedding: "wte",
            layer: "blocks.#.",
            attentionNorm: "norm_1",
            projections: .fused("attn.Wqkv", .whole),
            attentionOutput: "attn.out_proj",
            feedForwardNorm: "norm_2",
            feedForward: .separate(gate: nil, up: "ffn.up_proj", down: "ffn.down_proj"),
            finalNorm: "norm_f"
        ),
        combine: { draft, _ throws(FileError) in
            draft.configuration.positions = .linearBias(
                LinearBias(
                    slopes: LinearBias.slopes(
                        heads: draft.configuration.queryHeadCount,
                        largestExponent: Double(draft.numbers["alibi_bias_max"] ?? 8))))
        }
    )
}

extension Field {
    /// The fields of `attn_config`, an object of its own.
    fileprivate static let mptAttention = Field("attn_config") { value, draft throws(FileError) in
        if value.isNull { return }
        for (key, member) in try value.members() {
            if let field = mptAttentionFields.first(where: { $0.name == key.string }) {
                try field.apply(member, &draft)
            } else if !FieldsWithoutEffect.names.contains(key.string) {
                try FieldsWithoutEffect.checkNeutral(key.string, member, modelType: "mpt")
            }
        }
    }.holding(mptAttentionFields.flatMap(\.uses))

    private static let mptAttentionFields: [Field] = [
        .number("alibi_bias_max"),
        // The reference adds the biases whatever this says; a file without them is another model.
        .mustBe(true, "alibi"),
        .positive("clip_qkv", \.attentionClip),
        Field("softmax_scale") { value, draft throws(FileError) in
            if value.isNull { return }
            draft.scalesAttention = false
            draft.configuration.attentionScale = try positiveNumber(value)
        },
        .mustBe("multihead_attention", "attn_type"),
        .mustBe(false, "prefix_lm"), .mustBe(false, "qk_ln"),
        .mustBe(false, "attn_uses_sequence_id"),
        .withoutEffect("attn_impl"),
    ]
}
