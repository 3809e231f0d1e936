internal import ScopeFiles
internal import ScopeTensor

/// One row of the table of GGUF architectures: the family it belongs to, in the words of the format.
struct GGUFArchitecture: Sendable {
    /// The value of `general.architecture`.
    let name: String
    /// The family, with the keys and tensor names of the format.
    let family: Family

    /// Every supported architecture, by name.
    static let all = [gpt2, llama, qwen2]

    /// Takes a family over into the format.
    ///
    /// - Parameters:
    ///   - name: The value of `general.architecture`.
    ///   - family: The family as `config.json` describes it.
    ///   - fields: The keys beyond those that all architectures share.
    ///   - tensors: The tensor names.
    ///   - combine: What the architecture makes of its keys when all are read; in place of the
    ///     family's own step, which knows the keys of `config.json`.
    init(
        _ name: String, as family: Family, fields: [Field] = [], tensors: TensorNames,
        combine: @escaping Family.Step = { _, _ throws(FileError) in }
    ) {
        self.name = name
        self.family = Family(
            modelType: family.modelType,
            defaults: { draft in
                family.defaults(&draft)
                // The files say it, or it is no part of the model.
                draft.windows.size = nil
                draft.configuration.normOffset = 0
            },
            fields: Field.gguf(name) + fields,
            tensors: tensors,
            combine: { draft, root throws(FileError) in
                try draft.readTensors()
                try combine(&draft, root)
            },
            adjust: { draft, _ throws(FileError) in try draft.divideFrequencies() }
        )
    }
}

extension Field {
    /// The keys that all architectures share.
    static func gguf(_ architecture: String) -> [Field] {
        let name = { (key: String) in "\(architecture).\(key)" }
        return [
            .withoutEffect("general.architecture"),
            .size(name("embedding_length"), \.hiddenSize),
            .size(name("feed_forward_length"), \.intermediateSize, .optional),
            .layers(name("block_count")),
            .size(name("attention.head_count"), \.queryHeadCount),
            .size(name("attention.head_count_kv"), \.keyValueHeadCount, .optional),
            .size(name("attention.key_length"), \.headDimension, .optional),
            .size(name("attention.value_length"), \.valueDimension, .optional),
            .size(name("context_length"), \.contextLength),
            .size(name("vocab_size"), \.vocabularySize, .optional),
            .positive(name("attention.layer_norm_rms_epsilon"), \.normEpsilon),
            .positive(name("attention.layer_norm_epsilon"), \.normEpsilon),
            .ropeTheta(name("rope.freq_base")),
            .rotaryDimension(name("rope.dimension_count")),
            .ropeScaling("rope_scaling"),
        ]
    }
}

extension ConfigurationDraft {
    /// Takes from the tensors what the metadata leave out.
    mutating func readTensors() throws(FileError) {
        guard let weights else { return }
        if configuration.vocabularySize == 0 {
            guard let shape = weights["token_embd.weight"]?.shape, shape.count == 2 else {
                throw .malformed(
                    file: weights.name, field: "token_embd.weight",
                    reason: "the tensor is missing or no table")
            }
            configuration.vocabularySize = shape[0]
        }
        configuration.tiesWordEmbeddings = weights["output.weight"] == nil
        func has(_ tensor: String) -> Bool { weights["blk.0.\(tensor).bias"] != nil }
        configuration.biases.set(.queryKeyValue, to: has("attn_q") || has("attn_qkv"))
        configuration.biases.set(.attentionOutput, to: has("attn_output"))
        configuration.biases.set(.feedForward, to: has("ffn_up"))
        configuration.biases.set(.head, to: weights["output.bias"] != nil)
    }

    /// Stretches the rotation by the divisors that the file holds as a tensor (Llama 3.1).
    mutating func divideFrequencies() throws(FileError) {
        guard let tensor = weights?["rope_freqs.weight"] else { return }
        names.configurationTensors.append(tensor.name)
        for index in configuration.layers.indices {
            guard let rotary = configuration.layers[index].rotary else { continue }
            guard tensor.shape == [rotary.dimension / 2] else {
                throw .malformed(
                    file: tensor.contents.name, field: tensor.name,
                    reason: "shape \(tensor.shape) does not fit \(rotary.dimension / 2) pairs")
            }
            let row = try tensor.matrix(outputs: 1, inputs: tensor.shape[0], layout: .outputMajor)
            let divisors = row.values(as: Double.self)
            guard divisors.allSatisfy({ $0 > 0 && $0.isFinite }) else {
                throw .malformed(
                    file: tensor.contents.name, field: tensor.name,
                    reason: "a divisor is no number above 0")
            }
            guard rotary.scaling == .none else {
                throw .unsupported(
                    file: tensor.contents.name, field: tensor.name,
                    reason: "divisors beside another scaling are not supported")
            }
            configuration.layers[index].rotary?.scaling = .perPair(divisors: divisors)
        }
    }
}
