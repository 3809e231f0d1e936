internal import ScopeFiles
internal import ScopeTensor

/// One row of the table of GGUF architectures: the family it belongs to, in the words of the format.
struct GGUFArchitecture: Sendable {
    /// The value of `general.architecture`.
    let name: String
    /// The family, with the keys and tensor names of the format.
    let family: Family

    /// Every supported architecture, by name.
    static let all = [
        bloom, cohere2, commandR, deepseek2, falcon, gemma, gemma2, gemma3, gpt2, gptneox, granite,
        llama, mpt, olmo, olmo2, phi2, phi3, qwen2, qwen2moe, qwen3, qwen3moe, smollm3, stablelm,
        starcoder, starcoder2,
    ]

    /// Takes a family over into the format.
    ///
    /// - Parameters:
    ///   - name: The value of `general.architecture`.
    ///   - family: The family as `config.json` describes it.
    ///   - fields: The keys beyond those that all architectures share.
    ///   - tensors: The tensor names.
    ///   - defaults: What the format fixes otherwise than the family.
    ///   - combine: What the architecture makes of its keys when all are read; in place of the
    ///     family's own step, which knows the keys of `config.json`.
    ///   - adjust: What depends on the layout of the layers.
    init(
        _ name: String, as family: Family, fields: [Field] = [], tensors: TensorNames,
        defaults: @escaping @Sendable (inout ConfigurationDraft) -> Void = { _ in },
        combine: @escaping Family.Step = { _, _ throws(FileError) in },
        adjust: @escaping Family.Step = { _, _ throws(FileError) in }
    ) {
        self.name = name
        let start: @Sendable (inout ConfigurationDraft) -> Void = { draft in
            family.defaults(&draft)
            draft.takeGGUFDefaults()
            defaults(&draft)
        }
        var draft = ConfigurationDraft(
            configuration: DecoderConfiguration(modelType: family.modelType), names: tensors)
        start(&draft)
        self.family = Family(
            modelType: family.modelType,
            defaults: start,
            fields: Field.gguf(name, norm: draft.configuration.norm) + fields,
            tensors: tensors,
            combine: { draft, root throws(FileError) in
                try draft.readTensors()
                try combine(&draft, root)
                try draft.checkHeads(root, name)
            },
            adjust: { draft, root throws(FileError) in
                try draft.divideFrequencies()
                try draft.readLongFactors(root, name)
                try draft.scaleRotation(root, name)
                try adjust(&draft, root)
            }
        )
    }
}

extension Field {
    /// The keys that all architectures share.
    fileprivate static func gguf(
        _ architecture: String, norm: DecoderConfiguration.Norm
    ) -> [Field] {
        let name = { (key: String) in "\(architecture).\(key)" }
        return [
            .withoutEffect("general.architecture"),
            .layers(name("block_count")),
            .size(name("embedding_length"), \.hiddenSize),
            .inEveryLayer(.size(name("feed_forward_length"), \.intermediateSize, .optional)),
            .inEveryLayer(.size(name("attention.head_count"), \.queryHeadCount)),
            .inEveryLayer(
                .size(name("attention.head_count_kv"), \.keyValueHeadCount, .optional)),
            .size(name("attention.key_length"), \.headDimension, .optional),
            .size(name("attention.value_length"), \.valueDimension, .optional),
            .size(name("context_length"), \.contextLength),
            .size(name("vocab_size"), \.vocabularySize, .optional),
            .attentionScale(name("attention.scale")),
            .mustBe(true, name("attention.causal")),
            .ropeTheta(name("rope.freq_base")),
            .rotaryDimension(name("rope.dimension_count")),
            .ropeScaling("rope_scaling"),
            // Read when the layers are laid out.
            .withoutEffect(name("rope.scaling.attn_factor")),
            .withoutEffect(name("rope.scaling.type")),
            // Whether the model was trained further with the stretched rotation.
            .withoutEffect(name("rope.scaling.finetuned")),
            // How hidden states are joined to one vector of a text.
            .withoutEffect(name("pooling_type")),
        ] + epsilons(architecture, of: norm)
    }
}

extension ConfigurationDraft {
    /// What the format takes a key that is not there to mean, whatever the family does.
    fileprivate mutating func takeGGUFDefaults() {
        configuration.headDimension = 0
        configuration.valueDimension = 0
        configuration.experts = nil
        configuration.logitScale = 1
        configuration.normOffset = 0
        scalesAttention = true
        rotary.fraction = nil
        rotary.theta = 10_000
        windows.areUsed = true
        windows.firstLayer = 0
        windows.size = nil
        flags = [:]
        numbers = [:]
    }

    /// Checks what other steps would name by the fields of `config.json`.
    fileprivate func checkHeads(_ root: JSONValue, _ architecture: String) throws(FileError) {
        let name = { (key: String) in "\(architecture).attention.\(key)" }
        let heads = configuration.queryHeadCount
        let usual = configuration.hiddenSize / heads
        let keys = configuration.headDimension
        guard keys != 0 || configuration.hiddenSize % heads == 0 else {
            throw root.error(
                "\(heads) heads do not divide the width \(configuration.hiddenSize), and no "
                    + "\(name("key_length")) is given", field: name("head_count"))
        }
        let groups = configuration.keyValueHeadCount
        guard groups == 0 || heads % groups == 0 else {
            throw root.error(
                "\(groups) key-value heads do not divide \(heads) heads",
                field: name("head_count_kv"))
        }
        let values = configuration.valueDimension
        guard
            configuration.latentAttention != nil
                || (keys == 0 ? usual : keys) == (values == 0 ? usual : values)
        else {
            let value = root[name("value_length")] ?? root[name("key_length")] ?? root
            throw value.unsupported("heads of keys and values of different widths")
        }
    }
}
