internal import ScopeFiles

/// Gemma's architectures; the files hold the norms' factors, not their differences from 1.
extension GGUFArchitecture {
    static let gemma = GGUFArchitecture(
        "gemma", as: .gemma, tensors: gatedTensors, combine: scaleByWidth(largestOf: nil))

    static let gemma2 = GGUFArchitecture(
        "gemma2", as: .gemma2,
        fields: Field.gemmaWindows("gemma2") + [
            .bound("gemma2.attn_logit_softcapping", \.attentionSoftCap)
        ],
        tensors: bothSidesTensors,
        defaults: { draft in draft.windows.size = 4096 },
        combine: scaleByWidth(largestOf: 46))

    static let gemma3 = GGUFArchitecture(
        "gemma3", as: .gemma3,
        fields: Field.gemmaWindows("gemma3"),
        tensors: {
            var names = bothSidesTensors
            names.queryNorm = "attn_q_norm"
            names.keyNorm = "attn_k_norm"
            return names
        }(),
        combine: scaleByWidth(largestOf: 62))

    /// Embedding rows grow with the root of their width.
    ///
    /// The family's largest model, which the format tells by nothing but its number of layers,
    /// shrinks queries with the root of the hidden size a head.
    private static func scaleByWidth(largestOf layers: Int?) -> Family.Step {
        { draft, _ throws(FileError) in
            draft.configuration.embeddingScale = Double(draft.configuration.hiddenSize).squareRoot()
            guard draft.scalesAttention, draft.configuration.layerCount == layers else { return }
            draft.scalesAttention = false
            let width = draft.configuration.hiddenSize / draft.configuration.queryHeadCount
            draft.configuration.attentionScale = 1 / Double(max(width, 1)).squareRoot()
        }
    }
}

extension Field {
    fileprivate static func gemmaWindows(_ architecture: String) -> [Field] {
        [
            .ggufWindow("\(architecture).attention.sliding_window"),
            .windowPattern(of: architecture),
            .localRopeTheta("\(architecture).rope.freq_base_swa"),
            .bound("\(architecture).final_logit_softcapping", \.logitSoftCap),
        ]
    }
}
