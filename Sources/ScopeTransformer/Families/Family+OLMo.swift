internal import ScopeFiles
internal import ScopeTensor

extension Family {
    /// OLMo (arXiv 2402.00838): Llama with norms that have learned nothing.
    static let olmo = Family(
        modelType: "olmo",
        defaults: { draft in
            layerNormDefaults(&draft)
            draft.configuration.normParameters = .none
        },
        fields: llamaSizes + [
            .activation("hidden_act"),
            .tiesWordEmbeddings,
            .attentionBias,
            .positive("clip_qkv", \.attentionClip),
        ] + Field.rotation,
        tensors: llamaTensors
    )

    /// OLMo 2 (arXiv 2501.00656): norms behind attention and feed-forward, none before them.
    static let olmo2 = Family(
        modelType: "olmo2",
        defaults: { draft in
            llamaDefaults(&draft)
            draft.configuration.normEpsilon = 1e-5
            draft.configuration.queryKeyNorm = .position
        },
        fields: llamaFields + [.attentionBias],
        tensors: {
            var names = llamaTensors
            names.attentionNorm = nil
            names.attentionOutputNorm = "post_attention_layernorm"
            names.feedForwardNorm = nil
            names.feedForwardOutputNorm = "post_feedforward_layernorm"
            names.queryNorm = "self_attn.q_norm"
            names.keyNorm = "self_attn.k_norm"
            return names
        }()
    )

    /// OPT (arXiv 2205.01068): learned positions, of which the table's first two rows stand for
    /// none.
    static let opt = Family(
        modelType: "opt",
        defaults: { draft in
            gptDefaults(&draft)
            draft.configuration.positions = .learned(offset: 2)
            draft.configuration.contextLength = 2048
            draft.configuration.activation = .relu
        },
        fields: [
            .size("hidden_size", \.hiddenSize),
            .size("ffn_dim", \.intermediateSize),
            .layers("num_hidden_layers"),
            .heads("num_attention_heads"),
            .contextLength("max_position_embeddings"),
            .size("vocab_size", \.vocabularySize),
            .activation("activation_function"),
            .tiesWordEmbeddings,
            .biases("enable_bias", [.queryKeyValue, .attentionOutput, .feedForward]),
            .flag("layer_norm_elementwise_affine") { value, draft in
                draft.configuration.normParameters = value ? .scaleAndShift : .none
            },
            .number("word_embed_proj_dim"),
            .mustBe(true, "do_layer_norm_before"),
            .mustBe(false, "_remove_final_layer_norm"),
            // Training.
            .withoutEffect("dropout"), .withoutEffect("init_std"), .withoutEffect("layerdrop"),
            .withoutEffect("activation_dropout"),
        ],
        tensors: TensorNames(
            prefixes: ["model.decoder.", "decoder."],
            embedding: "embed_tokens",
            positionEmbedding: "embed_positions",
            layer: "layers.#.",
            attentionNorm: "self_attn_layer_norm",
            projections: .separate(
                query: "self_attn.q_proj", key: "self_attn.k_proj", value: "self_attn.v_proj"),
            attentionOutput: "self_attn.out_proj",
            feedForwardNorm: "final_layer_norm",
            feedForward: .separate(gate: nil, up: "fc1", down: "fc2"),
            finalNorm: "final_layer_norm"
        ),
        combine: { draft, root throws(FileError) in
            let width = draft.numbers["word_embed_proj_dim"] ?? draft.configuration.hiddenSize
            guard width == draft.configuration.hiddenSize else {
                throw root.error(
                    "embeddings of another width than the model's are not supported",
                    field: "word_embed_proj_dim")
            }
        }
    )
}
