internal import ScopeFiles
internal import ScopeTensor

extension Family {
    /// Gemma and CodeGemma (arXiv 2403.08295).
    static let gemma = Family(
        modelType: "gemma",
        defaults: gemmaDefaults,
        fields: gemmaFields + [
            // The released files say "gelu" and mean the approximation.
            .gemmaActivation("hidden_act"), .gemmaActivation("hidden_activation"),
        ],
        tensors: llamaTensors,
        combine: scaleByWidth
    )

    /// Gemma 2 (arXiv 2408.00118): norms on both sides, soft caps, every other layer with a window.
    static let gemma2 = Family(
        modelType: "gemma2",
        defaults: { draft in
            gemmaDefaults(&draft)
            draft.configuration.attentionSoftCap = 50
            draft.configuration.logitSoftCap = 30
            draft.windows.size = 4096
            draft.windows.pattern = 2
            draft.numbers["query_pre_attn_scalar"] = 256
        },
        fields: gemmaFields + gemmaWindows + [.activation("hidden_activation")],
        tensors: gemma2Tensors,
        combine: scaleByWidth
    )

    /// Gemma 3, text only (arXiv 2503.19786): normalised queries and keys, five layers with a
    /// window for one without, and another rotation in those.
    static let gemma3 = Family(
        modelType: "gemma3_text",
        defaults: { draft in
            gemmaDefaults(&draft)
            draft.configuration.contextLength = 131_072
            draft.configuration.queryKeyNorm = .head
            draft.rotary.theta = 1_000_000
            draft.rotary.localTheta = 10_000
            draft.windows.size = 4096
            draft.windows.pattern = 6
            draft.numbers["query_pre_attn_scalar"] = 256
        },
        fields: gemmaFields + gemmaWindows + [
            .activation("hidden_activation"), .localRopeTheta, .windowPattern,
        ],
        tensors: {
            var names = gemma2Tensors
            names.queryNorm = "self_attn.q_norm"
            names.keyNorm = "self_attn.k_norm"
            return names
        }(),
        combine: scaleByWidth
    )

    private static let gemmaDefaults: @Sendable (inout ConfigurationDraft) -> Void = { draft in
        llamaDefaults(&draft)
        draft.configuration.contextLength = 8192
        draft.configuration.headDimension = 256
        draft.configuration.activation = .geluTanh
        draft.configuration.normOffset = 1
        draft.configuration.tiesWordEmbeddings = true
    }

    private static let gemmaFields: [Field] =
        llamaSizes + [
            .positive("rms_norm_eps", \.normEpsilon),
            .tiesWordEmbeddings,
            .attentionBias,
            Field("use_bidirectional_attention") { value, _ throws(FileError) in
                if value.isNull { return }
                guard try !value.bool() else { throw value.unsupported("only false is supported") }
            },
        ] + Field.rotation

    private static let gemmaWindows: [Field] = [
        .window("sliding_window"), .layerTypes, .number("query_pre_attn_scalar"),
        .positive("attn_logit_softcapping", \.attentionSoftCap),
        .positive("final_logit_softcapping", \.logitSoftCap),
        // Memory plan of the original implementation.
        .withoutEffect("cache_implementation"),
    ]

    /// Embedding rows grow with the root of their width; queries shrink with that of a number of
    /// their own.
    private static let scaleByWidth: Family.Step = { draft, _ throws(FileError) in
        draft.configuration.embeddingScale = Double(draft.configuration.hiddenSize).squareRoot()
        if let scalar = draft.numbers["query_pre_attn_scalar"] {
            draft.scalesAttention = false
            draft.configuration.attentionScale = 1 / Double(scalar).squareRoot()
        }
    }

    private static let gemma2Tensors: TensorNames = {
        var names = llamaTensors
        names.attentionOutputNorm = "post_attention_layernorm"
        names.feedForwardNorm = "pre_feedforward_layernorm"
        names.feedForwardOutputNorm = "post_feedforward_layernorm"
        return names
    }()
}

extension Field {
    fileprivate static func gemmaActivation(_ name: String) -> Field {
        Field(name) { value, draft throws(FileError) in
            if value.isNull { return }
            if try value.string() == "gelu" {
                draft.configuration.activation = .geluTanh
            } else {
                try activation(name).apply(value, &draft)
            }
        }
    }
}
