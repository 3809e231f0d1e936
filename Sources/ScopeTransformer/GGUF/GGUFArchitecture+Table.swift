internal import ScopeFiles
internal import ScopeTensor

extension GGUFArchitecture {
    static let gpt2 = GGUFArchitecture(
        "gpt2", as: .gpt2,
        tensors: {
            var names = ggufTensors
            names.positionEmbedding = "position_embd"
            return names
        }())

    /// Llama, Mistral and their kin.
    ///
    /// The rows of queries and keys are stored in the order in which
    /// neighbours form a pair; the products of the two are the same in either order.
    static let llama = GGUFArchitecture(
        "llama", as: .llama,
        tensors: gatedTensors,
        combine: { draft, _ throws(FileError) in draft.rotary.pairing = .adjacent })

    static let qwen2 = GGUFArchitecture("qwen2", as: .qwen2, tensors: gatedTensors)

    /// The names of tensors without a gate.
    static let ggufTensors = TensorNames(
        prefixes: [""],
        embedding: "token_embd",
        layer: "blk.#.",
        attentionNorm: "attn_norm",
        projections: .fused("attn_qkv", .whole),
        attentionOutput: "attn_output",
        feedForwardNorm: "ffn_norm",
        feedForward: .separate(gate: nil, up: "ffn_up", down: "ffn_down"),
        finalNorm: "output_norm",
        head: "output")

    /// The names of tensors with a gate, and with queries, keys and values apart.
    static let gatedTensors: TensorNames = {
        var names = ggufTensors
        names.projections = .separate(query: "attn_q", key: "attn_k", value: "attn_v")
        names.feedForward = .separate(gate: "ffn_gate", up: "ffn_up", down: "ffn_down")
        return names
    }()
}
