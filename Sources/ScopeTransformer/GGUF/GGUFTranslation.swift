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
            for key in metadata.keys.sorted() where key.hasPrefix(architecture + ".") {
                guard let value = metadata[key], !key.hasPrefix(stretching) else { continue }
                writer.key(key)
                try write(value, to: &writer)
            }
            if metadata.keys.contains(where: { $0.hasPrefix(stretching) }) {
                writer.key("rope_scaling")
                try writer.object { (writer) throws(FileError) in
                    try writeStretching(stretching, to: &writer)
                }
            }
        }
        return try JSONDocument(bytes: writer.finish(), file: metadata.file)
    }

    private func writeStretching(
        _ prefix: String, to writer: inout JSONWriter
    ) throws(FileError) {
        for key in metadata.keys.sorted() where key.hasPrefix(prefix) {
            guard let value = metadata[key] else { continue }
            let name = String(key.dropFirst(prefix.count))
            // Whether the model was trained further with the stretched rotation.
            if name == "finetuned" { continue }
            if name == "type" {
                let type = try value.string()
                writer.member("rope_type", type == "none" ? "default" : type)
                continue
            }
            writer.key(Self.stretchingNames[name] ?? name)
            try write(value, to: &writer)
        }
    }

    /// What GGUF calls the members of `rope_scaling` otherwise.
    private static let stretchingNames = [
        "attn_factor": "attention_factor",
        "original_context_length": "original_max_position_embeddings",
        "yarn_beta_fast": "beta_fast",
        "yarn_beta_slow": "beta_slow",
    ]

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
        guard array.count <= 1 << 14 else {
            throw array.value.error("holds \(array.count) values, more than any model has layers")
        }
        try writer.array { (writer) throws(FileError) in
            for element in array.elements() { try write(element, to: &writer) }
        }
    }
}
