internal import ScopeFiles
internal import ScopeTensor

extension Family {
    /// GPT-J (Wang and Komatsuzaki, 2021): attention and feed-forward side by side behind one norm.
    static let gptJ = Family(
        modelType: "gptj",
        defaults: gptJDefaults,
        fields: gptFields + [.rotaryDimension("rotary_dim")],
        otherNames: gptOtherNames,
        tensors: gptJTensors(
            .separate(query: "attn.q_proj", key: "attn.k_proj", value: "attn.v_proj"))
    )

    /// CodeGen (arXiv 2203.13474): GPT-J with its projections in one matrix, laid out for four
    /// devices.
    static let codegen = Family(
        modelType: "codegen",
        defaults: gptJDefaults,
        fields: gptFields + [.rotaryDimension("rotary_dim")],
        otherNames: gptOtherNames,
        tensors: gptJTensors(
            .fused(
                "attn.qkv_proj", FusedOrder(groups: .count(4), parts: [.query, .value, .key]))),
        combine: { draft, root throws(FileError) in
            guard draft.configuration.queryHeadCount % 4 == 0 else {
                throw root.error(
                    "must be a multiple of 4, as the weights are laid out", field: "n_head")
            }
        }
    )

    private static let gptJDefaults: @Sendable (inout ConfigurationDraft) -> Void = { draft in
        gptDefaults(&draft)
        draft.configuration.positions = .rotaryOrNone
        draft.configuration.contextLength = 2048
        draft.configuration.residual = .parallel
        draft.configuration.biases = [.feedForward, .head]
        draft.configuration.tiesWordEmbeddings = false
        draft.rotary.isUsed = true
        draft.rotary.dimension = 64
        draft.rotary.pairing = .adjacent
    }

    private static func gptJTensors(_ projections: TensorNames.Projections) -> TensorNames {
        TensorNames(
            prefixes: ["transformer."],
            embedding: "wte",
            layer: "h.#.",
            attentionNorm: "ln_1",
            projections: projections,
            attentionOutput: "attn.out_proj",
            feedForward: .separate(gate: nil, up: "mlp.fc_in", down: "mlp.fc_out"),
            finalNorm: "ln_f",
            ignoredSuffixes: [".attn.bias", ".attn.masked_bias", ".attn.causal_mask"]
        )
    }
}
