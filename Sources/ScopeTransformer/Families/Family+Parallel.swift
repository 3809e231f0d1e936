internal import ScopeFiles
internal import ScopeTensor

extension Family {
    /// Phi-1, 1.5 and 2 (arXiv 2306.11644): GPT-J's block with biases everywhere.
    static let phi = Family(
        modelType: "phi",
        defaults: { draft in
            layerNormDefaults(&draft)
            draft.configuration.feedForward = .plain
            draft.configuration.activation = .geluTanh
            draft.configuration.residual = .parallel
            draft.configuration.biases = [.queryKeyValue, .attentionOutput, .feedForward, .head]
            draft.rotary.fraction = 0.5
        },
        fields: layerNormFields + [
            .flag("qk_layernorm") { value, draft in
                draft.configuration.queryKeyNorm = value ? .head : nil
            }
        ],
        tensors: TensorNames(
            prefixes: ["model."],
            embedding: "embed_tokens",
            layer: "layers.#.",
            attentionNorm: "input_layernorm",
            projections: .separate(
                query: "self_attn.q_proj", key: "self_attn.k_proj", value: "self_attn.v_proj"),
            queryNorm: "self_attn.q_layernorm",
            keyNorm: "self_attn.k_layernorm",
            attentionOutput: "self_attn.dense",
            feedForward: .separate(gate: nil, up: "mlp.fc1", down: "mlp.fc2"),
            finalNorm: "final_layernorm",
            ignoredSuffixes: ["rotary_emb.inv_freq"]
        )
    )

    /// StableLM and StableCode (arXiv 2402.17834): Llama with layer norms and a part of each head
    /// rotated.
    static let stableLM = Family(
        modelType: "stablelm",
        defaults: { draft in
            layerNormDefaults(&draft)
            draft.configuration.contextLength = 4096
            draft.configuration.keyValueHeadCount = 32
            draft.rotary.fraction = 0.25
        },
        fields: layerNormFields + [
            .biases("use_qkv_bias", .queryKeyValue),
            .flag("qk_layernorm") { value, draft in
                draft.configuration.queryKeyNorm = value ? .eachHead : nil
            },
            .flag("use_parallel_residual"),
        ],
        tensors: {
            var names = llamaTensors
            names.queryNorm = "self_attn.q_layernorm.norms.#"
            names.keyNorm = "self_attn.k_layernorm.norms.#"
            return names
        }(),
        combine: { draft, _ throws(FileError) in
            guard draft.flag("use_parallel_residual") else { return }
            draft.configuration.residual = .parallel
            draft.names.feedForwardNorm = nil
        }
    )

    /// Command-R (Cohere, 2024): attention and feed-forward side by side behind one norm.
    static let cohere = Family(
        modelType: "cohere",
        defaults: cohereDefaults,
        fields: layerNormFields + [
            .attentionBias,
            .positive("logit_scale", \.logitScale),
            .flag("use_qk_norm") { value, draft in
                draft.configuration.queryKeyNorm = value ? .eachHead : nil
            },
        ],
        tensors: cohereTensors
    )

    /// Command-R7B (Cohere, 2024): three layers with a window and a rotation for one with neither.
    static let cohere2 = Family(
        modelType: "cohere2",
        defaults: { draft in
            cohereDefaults(&draft)
            draft.windows.size = 4096
            draft.windows.pattern = 4
            draft.rotary.onlyInWindows = true
            draft.rotary.theta = 10_000
        },
        fields: layerNormFields + [
            .attentionBias,
            .positive("logit_scale", \.logitScale),
            .window("sliding_window"), .windowPattern, .layerTypes,
            .mustBe(false, "use_qk_norm"),
            // What the released files say of their form, which is the only one there is.
            .mustBe("local_attn_first", "order_of_interleaved_layers"),
            .mustBe("rope_gptj", "position_embedding_type"),
            .mustBe(true, "use_gated_activation"), .mustBe(true, "use_parallel_block"),
            .mustBe(true, "use_embedding_sharing"), .mustBeOne("rotary_pct"),
            // Follows from the pattern of windows, and is not read by the reference.
            .withoutEffect("layer_switch"),
            // How a table is split over devices.
            .withoutEffect("use_parallel_embedding"),
            // Memory plan of the original implementation.
            .withoutEffect("cache_implementation"),
        ],
        tensors: cohereTensors
    )

    private static let cohereDefaults: @Sendable (inout ConfigurationDraft) -> Void = { draft in
        layerNormDefaults(&draft)
        draft.configuration.normParameters = .scale
        draft.configuration.contextLength = 8192
        draft.configuration.residual = .parallel
        draft.configuration.logitScale = 0.0625
        draft.configuration.tiesWordEmbeddings = true
        draft.rotary.pairing = .adjacent
        draft.rotary.theta = 500_000
    }

    private static let cohereTensors: TensorNames = {
        var names = llamaTensors
        names.feedForwardNorm = nil
        names.queryNorm = "self_attn.q_norm"
        names.keyNorm = "self_attn.k_norm"
        return names
    }()

    /// What Llama's kin with layer norms fix.
    static let layerNormDefaults: @Sendable (inout ConfigurationDraft) -> Void = { draft in
        llamaDefaults(&draft)
        draft.configuration.norm = .layer
        draft.configuration.normParameters = .scaleAndShift
        draft.configuration.normEpsilon = 1e-5
    }

    /// The fields of Llama's kin with layer norms.
    private static let layerNormFields: [Field] =
        llamaSizes + [
            .positive("layer_norm_eps", \.normEpsilon),
            .activation("hidden_act"),
            .tiesWordEmbeddings,
        ] + Field.rotation
}
