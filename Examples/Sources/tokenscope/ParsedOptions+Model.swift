import TinyPythonModel
import TokenScope

extension ParsedOptions {
    /// The flags that say which model, and how it is opened.
    static let modelFlags =
        [
            Flag(
                name: "model", value: "MODEL",
                help: "a folder with config.json, model.safetensors and tokenizer.json; a .gguf "
                    + "file; or the id of a Hugging Face repository that is in the local cache, "
                    + "OWNER/NAME or OWNER/NAME/FILE.gguf, which is never downloaded; without it, "
                    + "the embedded model \(embeddedName)")
        ] + openingFlags

    /// The flags that say how a model is opened.
    static let openingFlags = [
        Flag(
            name: "weights", value: "FORMAT",
            help: "quantise weight matrices when they are read, to "
                + formatNames.joined(separator: ", ")
                + "; those that are in blocks already stay as they are"),
        Flag(
            name: "storage", value: "STORAGE",
            help: "where weights lie: packed (default; copied for fast products) or mapped (in "
                + "the file: opens at once and needs the least memory)"),
        Flag(
            name: "arithmetic", value: "CLASS",
            help: "what products are computed in: float32 (default), fixed24 (as exact, faster "
                + "with weights in blocks), fixed16, int8 or bf16 (rounded, faster)"),
        Flag(
            name: "cache", value: "PRECISION",
            help: "how keys and values of earlier tokens are kept: full (default) or float16 (half "
                + "the memory; numbers then agree to about three digits)"),
        Flag(
            name: "rotary", value: "LENGTH",
            help: "which text length defines a rotation that changes with it: whole-text (default; "
                + "what one pass over the whole text gives) or cached (faster: rows of earlier "
                + "passes stay as they are)"),
    ]

    /// What the embedded model is called.
    static let embeddedName = "tiny-python"

    private static let formatNames = ElementType.quantizationTargets.map(\.rawValue)

    /// The files of `--model`, or the embedded model.
    func modelFiles() throws(ToolError) -> ModelFiles {
        try Self.modelFiles(self["model"] ?? Self.embeddedName)
    }

    /// The files of the model that a name stands for.
    static func modelFiles(_ name: String) throws(ToolError) -> ModelFiles {
        do throws(DecodingFailure) {
            return try ModelLibrary.standard.files(named: name)
        } catch {
            // A model on disk may have any name, this one too.
            if name == embeddedName { return .folder(.tinyPython) }
            throw .input("\(error)")
        }
    }

    /// How the model is opened; `flag` is the one that names the format of the weights.
    func modelOptions(weights flag: String = "weights") throws(ToolError) -> ModelOptions {
        var options = ModelOptions()
        if let name = self[flag] {
            guard
                let type = ElementType.quantizationTargets.first(where: { $0.rawValue == name })
            else {
                let known = Self.formatNames.joined(separator: ", ")
                throw .usage("--\(flag) takes one of \(known), not \"\(name)\"")
            }
            options.weights = type
        }
        if let name = self["rotary"] {
            guard let length = RotaryLength(rawValue: name) else {
                throw .usage("--rotary takes whole-text or cached, not \"\(name)\"")
            }
            options.rotaryLength = length
        }
        try readStorage(into: &options)
        return options
    }

    private func readStorage(into options: inout ModelOptions) throws(ToolError) {
        if let name = self["storage"] {
            guard let storage = WeightStorage(rawValue: name) else {
                throw .usage("--storage takes packed or mapped, not \"\(name)\"")
            }
            options.storage = storage
        }
        if let name = self["arithmetic"] {
            guard let arithmetic = ArithmeticClass(rawValue: name) else {
                let known = ArithmeticClass.allCases.map(\.rawValue).joined(separator: ", ")
                throw .usage("--arithmetic takes one of \(known), not \"\(name)\"")
            }
            guard arithmetic == .float32 || options.storage == .packed else {
                throw .usage("--arithmetic \(name) needs packed weights, not --storage mapped")
            }
            options.arithmetic = arithmetic
        }
        if let name = self["cache"] {
            guard let precision = CachePrecision(rawValue: name) else {
                throw .usage("--cache takes full or float16, not \"\(name)\"")
            }
            options.cache = precision
        }
    }
}
