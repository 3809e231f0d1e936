extension Family {
    /// Qwen 2 and 2.5: Llama's block with biases on queries, keys and values.
    static let qwen2 = Family(
        modelType: "qwen2",
        defaults: { draft in
            draft.configuration.positions = .rotary(.init(theta: 10_000, dimension: 0))
            draft.configuration.contextLength = 32_768
            draft.configuration.biases = .queryKeyValue
        },
        fields: llamaFields + [
            // The family's biases are fixed; some files write the field all the same.
            .withoutEffect("attention_bias"),
            .mustBe(false, "use_sliding_window"),
            // Read only where sliding windows are in use, which the field above refuses.
            .withoutEffect("sliding_window"),
            .withoutEffect("max_window_layers"),
            .everyElement("layer_types", mustBe: "full_attention"),
        ],
        tensors: llamaTensors
    )
}
