internal import ScopeFiles

extension GGUFArchitecture {
    /// DeepSeek-V2 and its kin without a sigmoid in the router.
    ///
    /// Files of before April 2025 hold the expansion of keys and values as one matrix and the
    /// widths of heads under the usual keys; newer ones hold it as two, those of keys transposed,
    /// and the widths under keys of their own, with those of the latent vector under the usual ones.
    static let deepseek2 = GGUFArchitecture(
        "deepseek2", as: .deepseekV2,
        fields: Field.mixture("deepseek2") + [
            Field("deepseek2.attention.q_lora_rank") { value, draft throws(FileError) in
                draft.configuration.latentAttention?.queryRank = try Field.count(value)
            },
            Field("deepseek2.attention.kv_lora_rank", .required) { value, draft throws(FileError) in
                draft.configuration.latentAttention?.keyValueRank = try Field.count(value)
            },
            // After the usual keys, which mean something else where these are.
            .size("deepseek2.attention.key_length_mla", \.headDimension, .optional),
            .size("deepseek2.attention.value_length_mla", \.valueDimension, .optional),
            Field("deepseek2.expert_shared_count") { value, draft throws(FileError) in
                draft.numbers["expert_shared_count"] = try Field.nonNegative(value)
            },
            Field("deepseek2.leading_dense_block_count") { value, draft throws(FileError) in
                draft.expertLayers.first = try Field.nonNegative(value)
            },
        ],
        tensors: {
            var names = gatedTensors
            names.projections = .latent(
                LatentNames(
                    query: "attn_q", queryDown: "attn_q_a", queryNorm: "attn_q_a_norm",
                    queryUp: "attn_q_b", keyValueDown: "attn_kv_a_mqa",
                    keyValueNorm: "attn_kv_a_norm", keyValueUp: "attn_kv_b"))
            return names
        }(),
        defaults: { draft in
            draft.configuration.latentAttention = LatentAttention(
                queryRank: nil, keyValueRank: 0, rotaryDimension: 0)
        },
        combine: { draft, root throws(FileError) in
            guard let rotated = draft.rotary.dimension else {
                _ = try root.required("deepseek2.rope.dimension_count")
                return
            }
            guard rotated < draft.configuration.headDimension else {
                throw root.error(
                    "a head's keys must be wider than their rotated part, \(rotated)",
                    field: root["deepseek2.attention.key_length_mla"] == nil
                        ? "deepseek2.attention.key_length" : "deepseek2.attention.key_length_mla")
            }
            draft.configuration.latentAttention?.rotaryDimension = rotated
            // Keys and values are expanded to every head.
            draft.configuration.keyValueHeadCount = draft.configuration.queryHeadCount
            try draft.takeExperts("deepseek2", root, normalizing: false)
            let shared = draft.numbers["expert_shared_count"] ?? 0
            let width = draft.configuration.experts?.intermediateSize ?? 0
            draft.configuration.experts?.sharedIntermediateSize = shared * width
            if draft.holds("blk.0.attn_k_b.weight"),
                case .latent(var names) = draft.names.projections
            {
                names.keyUp = "attn_k_b"
                names.valueUp = "attn_v_b"
                draft.names.projections = .latent(names)
            }
        },
        adjust: Family.deepseekV2.adjust)
}
