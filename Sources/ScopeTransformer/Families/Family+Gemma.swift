internal import ScopeFiles
internal import ScopeTensor

extension Family {
    /// Gemma and CodeGemma (arXiv 2403.08295).
    static let gemma = Family(
        modelType: "gemma",
        defaults: { draft in
            gemmaDefaults(&draft)
            draft.configuration.keyValueHeadCount = 16
        },
        fields: gemmaFields + [
            .gemmaActivation("hidden_act"), .sameActivation("hidden_activation"),
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
            draft.configuration.keyValueHeadCount = 4
            draft.numbers["query_pre_attn_scalar"] = 256
        },
        fields: gemmaFields + gemmaWindows + [
            .activation("hidden_activation"), .sameActivation("hidden_act"),
            .positive("attn_logit_softcapping", \.attentionSoftCap),
        ],
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
            draft.configuration.keyValueHeadCount = 4
            draft.numbers["query_pre_attn_scalar"] = 256
        },
        fields: gemmaFields + gemmaWindows + [
            .activation("hidden_activation"), .sameActivation("hidden_act"),
            .localRopeTheta, .windowPattern,
            // The reference has the field and does not read it.
            .mustBeNull("attn_logit_softcapping"),
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
            }.mustBe("false"),
        ] + Field.rotation

    private static let gemmaWindows: [Field] = [
        .window("sliding_window"), .layerTypes, .number("query_pre_attn_scalar"),
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
    /// The released files say "gelu" and mean the approximation.
    fileprivate static func gemmaActivation(_ name: String) -> Field {
        Field(name) { value, draft throws(FileError) in
            if value.isNull { return }
            draft.configuration.activation = try gemmaActivation(value)
        }
    }

    private static func gemmaActivation(_ value: JSONValue) throws(FileError) -> Activation {
        let activation = try activation(value)
        return activation == .gelu ? .geluTanh : activation
    }

    /// A second name for the activation, which must not say another one.
    fileprivate static func sameActivation(_ name: String) -> Field {
        Field(name) { value, draft throws(FileError) in
            if value.isNull { return }
            guard try gemmaActivation(value) == draft.configuration.activation else {
                throw value.error("the model's activation is \(draft.configuration.activation)")
            }
        }.mustBe("the same as the other of `hidden_act` and `hidden_activation`")
    }
}
