internal import ScopeFiles

/// The metadata of a GGUF file that describe the model, as the JSON object that the table of
/// families reads: one mechanism for both layouts.
///
/// Keys keep the names they have in the file, so that errors name them; those of other purposes
/// (`general.`, `tokenizer.`) are left out. What belongs to a stretched rotation is gathered in one
/// object, as `config.json` has it.
struct GGUFTranslation {
    private let metadata: GGUFMetadata
    private let architecture: String

    init(_ model: GGUFModel) throws(FileError) {
        metadata = model.metadata
        architecture = try model.metadata.string(for: "general.architecture")
    }

    func document() throws(FileError) -> JSONDocument {
        var writer = JSONWriter()
        try writer.object { (writer) throws(FileError) in
            writer.member("general.architecture", architecture)
            let stretching = architecture + ".rope.scaling."
            let oldFactor = architecture + ".rope.scale_linear"
            var isStretched = false
            for key in metadata.keys.sorted() where key.hasPrefix(architecture + ".") {
                if key.hasPrefix(stretching) || key == oldFactor {
                    isStretched = true
                    guard Self.membersOfRoot.contains(where: { key == stretching + $0 }) else {
                        continue
                    }
                }
                guard let value = metadata[key] else { continue }
                writer.key(key)
                try write(value, to: &writer)
            }
            if isStretched {
                writer.key("rope_scaling")
                try writer.object { (writer) throws(FileError) in
                    try writeStretching(stretching, oldFactor: oldFactor, to: &writer)
                }
            }
        }
        return try JSONDocument(bytes: writer.finish(), file: metadata.file)
    }

    /// The keys of a stretched rotation that mean the same with every kind of stretching.
    private static let membersOfRoot = ["attn_factor", "finetuned", "type"]

    private func writeStretching(
        _ prefix: String, oldFactor: String, to writer: inout JSONWriter
    ) throws(FileError) {
        let factor = metadata[prefix + "factor"] ?? metadata[oldFactor]
        let stretch = try factor?.double() ?? 0
        let type = try kind(metadata[prefix + "type"]?.string(), stretch: stretch)
        writer.member("rope_type", type)
        if type != "default" {
            writer.key("factor")
            writer.write(stretch == 0 ? 1 : stretch)
        }
        for key in metadata.keys.sorted() where key.hasPrefix(prefix) {
            let name = String(key.dropFirst(prefix.count))
            guard name != "factor", !Self.membersOfRoot.contains(name), let value = metadata[key]
            else { continue }
            if name == "yarn_log_multiplier", architecture == "deepseek2" {
                try writeMagnitude(value, to: &writer)
                continue
            }
            // The share of the stretched frequencies: all of it is what YaRN says.
            if name == "yarn_ext_factor", try value.double() == 1 { continue }
            writer.key(GGUFNames.ropeMembers[name] ?? name)
            try write(value, to: &writer)
        }
    }

    /// The kind in the words of `config.json`.
    ///
    /// It is linear unless the file says otherwise, and none at all without a factor. LongRoPE's
    /// divisors are tensors, which are looked for later.
    private func kind(_ type: String?, stretch: Double) -> String {
        switch type {
        case nil, "linear": stretch == 0 ? "default" : "linear"
        case "longrope", "none": "default"
        case let other?: other
        }
    }

    /// DeepSeek-V2's `mscale_all_dim`, which files hold times 0.1; its `mscale` is taken to be the
    /// same, as in every released model.
    private func writeMagnitude(_ value: GGUFValue, to writer: inout JSONWriter) throws(FileError) {
        // In the precision of the file, so that the 0.1 goes without a trace.
        let scale = try Double(Float(value.double()) / 0.1)
        guard scale.isFinite else { throw value.error("is no finite number") }
        for name in ["mscale", "mscale_all_dim"] {
            writer.key(name)
            writer.write(scale)
        }
    }

    private func write(_ value: GGUFValue, to writer: inout JSONWriter) throws(FileError) {
        switch value.kind {
        case .bool:
            writer.write(try value.bool())
        case .string:
            writer.write(try value.string())
        case .float32, .float64:
            let number = try value.double()
            guard number.isFinite else { throw value.error("is no finite number") }
            writer.write(number)
        case .array:
            try write(try value.array(), to: &writer)
        default:
            writer.write(try value.int())
        }
    }

    /// One value a layer; more are not looked at, and never fewer than there are.
    private func write(_ array: GGUFArray, to writer: inout JSONWriter) throws(FileError) {
        guard array.count <= ModelLimits.listCount else {
            throw array.value.error("holds \(array.count) values, more than any model has layers")
        }
        try writer.array { (writer) throws(FileError) in
            for element in array.elements() { try write(element, to: &writer) }
        }
    }
}

/// What the translated metadata call otherwise than the file does.
enum GGUFNames {
    /// The members of `rope_scaling`, by their names under `rope.scaling`.
    static let ropeMembers = [
        "original_context_length": "original_max_position_embeddings",
        "yarn_attn_factor": "attention_factor",
        "yarn_beta_fast": "beta_fast",
        "yarn_beta_slow": "beta_slow",
    ]

    /// A field's name as the file has it.
    static func key(of field: String?, _ architecture: String) -> String? {
        let prefix = "rope_scaling."
        guard let field, field.hasPrefix(prefix) else { return field }
        let member = String(field.dropFirst(prefix.count))
        let name = ropeMembers.first { $0.value == member }?.key ?? member
        return "\(architecture).rope.scaling.\(name)"
    }
}
