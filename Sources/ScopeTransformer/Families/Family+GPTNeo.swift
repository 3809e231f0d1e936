internal import ScopeFiles

extension Family {
    /// GPT-Neo (Black et al., 2021): GPT-2 whose layers see all of the text or a window in turn.
    static let gptNeo = Family(
        modelType: "gpt_neo",
        defaults: { draft in
            gptDefaults(&draft)
            draft.configuration.contextLength = 2048
            draft.configuration.biases = [.attentionOutput, .feedForward]
            // Query–key products are not scaled at all.
            draft.scalesAttention = false
            draft.windows.size = 256
        },
        fields: [
            .size("hidden_size", \.hiddenSize),
            .size("intermediate_size", \.intermediateSize, .optional),
            .layers("num_layers"),
            .heads("num_heads"),
            .contextLength("max_position_embeddings"),
            .size("vocab_size", \.vocabularySize),
            .positive("layer_norm_epsilon", \.normEpsilon),
            .activation("activation_function"),
            .tiesWordEmbeddings,
            .window("window_size"),
            .gptNeoAttention,
            .gptNeoLayers,
            .withoutEffect("embed_dropout"),
            .withoutEffect("resid_dropout"),
            .withoutEffect("summary_activation"),
            .withoutEffect("summary_first_dropout"),
            .withoutEffect("summary_proj_to_labels"),
            .withoutEffect("summary_type"),
            .withoutEffect("summary_use_proj"),
        ],
        otherNames: ["num_attention_heads": "num_heads", "num_hidden_layers": "num_layers"],
        tensors: TensorNames(
            prefixes: ["transformer.", ""],
            embedding: "wte",
            positionEmbedding: "wpe",
            layer: "h.#.",
            attentionNorm: "ln_1",
            projections: .separate(
                query: "attn.attention.q_proj", key: "attn.attention.k_proj",
                value: "attn.attention.v_proj"),
            attentionOutput: "attn.attention.out_proj",
            feedForwardNorm: "ln_2",
            feedForward: .separate(gate: nil, up: "mlp.c_fc", down: "mlp.c_proj"),
            finalNorm: "ln_f",
            ignoredSuffixes: [".attn.attention.bias", ".attn.attention.masked_bias"]
        ),
        combine: { draft, _ throws(FileError) in
            draft.windows.typesField = "attention_types"
            if draft.windows.layerTypes == nil {
                draft.windows.layerTypes = (0..<draft.configuration.layerCount).map {
                    $0 % 2 == 0 ? "full_attention" : "sliding_attention"
                }
            }
        }
    )
}

extension Field {
    /// `[[["global", "local"], n]]`: the kinds of layers, each list as often as it says.
    fileprivate static let gptNeoAttention = Field("attention_types") {
        value, draft throws(FileError) in
        if value.isNull { return }
        var types: [String] = []
        for item in try value.elements() {
            let pair = Array(try item.elements())
            guard pair.count == 2 else { throw item.error("must be a list of kinds and a count") }
            var kinds: [String] = []
            for kind in try pair[0].elements() { kinds.append(try gptNeoKind(kind)) }
            let times = try Field.count(pair[1])
            // A list that is longer than the model is refused below, without building it.
            for _ in 0..<min(times, draft.configuration.layerCount + 1)
            where types.count <= draft.configuration.layerCount {
                types += kinds
            }
        }
        draft.windows.layerTypes = types
    }

    /// What the field above says, written out.
    fileprivate static let gptNeoLayers = Field("attention_layers") {
        value, draft throws(FileError) in
        if value.isNull { return }
        var types: [String] = []
        for kind in try value.elements() { types.append(try gptNeoKind(kind)) }
        guard types == draft.windows.layerTypes ?? types else {
            throw value.error("differs from attention_types")
        }
        draft.windows.layerTypes = types
    }

    private static func gptNeoKind(_ kind: JSONValue) throws(FileError) -> String {
        switch try kind.string() {
        case "global": "full_attention"
        case "local": "sliding_attention"
        default: throw kind.unsupported("\(kind.brief) is no known kind of layer")
        }
    }
}
