internal import ScopeFiles

/// Architectures with experts in every layer, or in nearly all.
extension GGUFArchitecture {
    static let qwen2moe = GGUFArchitecture(
        "qwen2moe", as: .qwen2MoE,
        fields: Field.mixture("qwen2moe"),
        tensors: gatedTensors,
        combine: { draft, root throws(FileError) in
            try draft.takeExperts("qwen2moe", root, normalizing: false)
            draft.configuration.experts?.gatesShared = true
            if draft.configuration.experts?.sharedIntermediateSize == 0 {
                draft.configuration.experts?.sharedIntermediateSize =
                    draft.configuration.intermediateSize
            }
            draft.findDenseLayers()
        })

    static let qwen3moe = GGUFArchitecture(
        "qwen3moe", as: .qwen3MoE,
        fields: Field.mixture("qwen3moe"),
        tensors: normalizedTensors,
        combine: { draft, root throws(FileError) in
            try draft.takeExperts("qwen3moe", root, normalizing: true)
            draft.findDenseLayers()
        })

    /// The names of experts' tensors, the shared one's included.
    static let expertTensors = ExpertNames(
        router: "ffn_gate_inp", expert: "", areStacked: true,
        feedForward: .separate(
            gate: "ffn_gate_exps", up: "ffn_up_exps", down: "ffn_down_exps"),
        shared: "",
        sharedFeedForward: .separate(
            gate: "ffn_gate_shexp", up: "ffn_up_shexp", down: "ffn_down_shexp"),
        sharedGate: "ffn_gate_inp_shexp")
}

extension ConfigurationDraft {
    /// Completes the mixture of experts; `normalizing` says whether the chosen ones' weights are
    /// divided by their sum where the file does not.
    mutating func takeExperts(
        _ architecture: String, _ root: JSONValue, normalizing: Bool
    ) throws(FileError) {
        guard var experts = configuration.experts, experts.count > 0, experts.perToken > 0 else {
            for key in ["expert_count", "expert_used_count"] {
                _ = try root.required("\(architecture).\(key)")
            }
            throw root.error("there are none", field: "\(architecture).expert_count")
        }
        guard experts.perToken <= experts.count else {
            throw root.error(
                "\(experts.perToken) of \(experts.count) experts cannot be chosen",
                field: "\(architecture).expert_used_count")
        }
        experts.normalizesWeights = flags["expert_weights_norm"] ?? normalizing
        if experts.intermediateSize == 0 {
            // Older files of this form share the width of the whole among the chosen ones; those
            // of Llama's hold the width of one.
            let isLlama = architecture == "llama"
            experts.intermediateSize =
                isLlama
                ? configuration.intermediateSize
                : configuration.intermediateSize / experts.perToken
        }
        configuration.experts = experts
        names.experts = GGUFArchitecture.expertTensors
    }

    /// A layer that has no router is dense: there is no key for it.
    fileprivate mutating func findDenseLayers() {
        for layer in 0..<configuration.layerCount where !holds("blk.\(layer).ffn_gate_inp.weight") {
            expertLayers.dense.insert(layer)
        }
    }
}
