internal import ScopeFiles

/// Architectures whose blocks may be parallel.
extension GGUFArchitecture {
    static let phi2 = GGUFArchitecture(
        "phi2", as: .phi,
        tensors: {
            var names = gatedTensors
            names.feedForward = ggufTensors.feedForward
            names.feedForwardNorm = nil
            return names
        }())

    static let stablelm = GGUFArchitecture(
        "stablelm", as: .stableLM,
        // The converter takes a field that is not there for true, transformers for false; what
        // norms there are says which.
        fields: [.withoutEffect("stablelm.use_parallel_residual")],
        tensors: normalizedTensors,
        combine: { draft, _ throws(FileError) in
            draft.configuration.queryKeyNorm =
                draft.holds("blk.0.attn_q_norm.weight") ? .eachHead : nil
            if !draft.holds("blk.0.ffn_norm.weight") {
                draft.configuration.residual = .parallel
                draft.names.feedForwardNorm = nil
            }
        })

    static let commandR = GGUFArchitecture(
        "command-r", as: .cohere,
        fields: [.factor("command-r.logit_scale", \.logitScale)],
        tensors: cohereTensors,
        combine: { draft, _ throws(FileError) in
            draft.configuration.queryKeyNorm =
                draft.holds("blk.0.attn_q_norm.weight") ? .eachHead : nil
        })

    static let cohere2 = GGUFArchitecture(
        "cohere2", as: .cohere2,
        fields: [
            .factor("cohere2.logit_scale", \.logitScale),
            .ggufWindow("cohere2.attention.sliding_window"),
            .windowPattern(of: "cohere2"),
        ],
        tensors: cohereTensors)

    private static let cohereTensors: TensorNames = {
        var names = normalizedTensors
        names.feedForwardNorm = nil
        return names
    }()
}
