internal import ScopeTensor

extension Family {
    /// Phi-3 and Phi-4-mini (arXiv 2404.14219): Llama with fused maps and LongRoPE.
    static let phi3 = Family(
        modelType: "phi3",
        defaults: { draft in
            llamaDefaults(&draft)
            draft.configuration.contextLength = 4096
            draft.configuration.normEpsilon = 1e-5
            draft.rotary.originalContextLength = 4096
        },
        fields: llamaFields + [
            .originalContextLength, .window("sliding_window"),
            .mustBe(false, "attention_bias"),
        ],
        tensors: {
            var names = llamaTensors
            names.projections = .fused("self_attn.qkv_proj", .whole)
            names.feedForward = .fused(gateAndUp: "mlp.gate_up_proj", down: "mlp.down_proj")
            return names
        }()
    )

    /// StarCoder 2 (arXiv 2402.19173): layer norms, biases and a window.
    static let starcoder2 = Family(
        modelType: "starcoder2",
        defaults: { draft in
            layerNormDefaults(&draft)
            draft.configuration.contextLength = 4096
            draft.configuration.keyValueHeadCount = 2
            draft.configuration.feedForward = .plain
            draft.configuration.activation = .geluTanh
            draft.configuration.biases = [.queryKeyValue, .attentionOutput, .feedForward]
            draft.configuration.tiesWordEmbeddings = true
        },
        fields: llamaSizes + [
            .positive("norm_epsilon", \.normEpsilon),
            .activation("hidden_act"),
            .tiesWordEmbeddings,
            .biases("use_bias", [.queryKeyValue, .attentionOutput, .feedForward]),
            .window("sliding_window"),
            .mustBe("layer_norm", "norm_type"),
            .mustBe("default", "mlp_type"),
            // Training.
            .withoutEffect("embedding_dropout"), .withoutEffect("residual_dropout"),
        ] + Field.rotation,
        tensors: {
            var names = llamaTensors
            names.feedForward = .separate(gate: nil, up: "mlp.c_fc", down: "mlp.c_proj")
            return names
        }()
    )
}
