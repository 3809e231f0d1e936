import ScopeFiles
import ScopeTrace

extension GenerationSettings {
    /// Reads the header's settings; files of versions that lacked one of them stay readable.
    init(_ settings: JSONValue) throws(FileError) {
        let count = try settings.required("max_tokens")
        self.init(
            maxTokens: count.isNull ? nil : try count.naturalNumber(),
            temperature: try settings.required("temperature").number("a number of at least 0") {
                $0 >= 0
            },
            topK: try settings.required("top_k").naturalNumber(),
            topP: try settings.required("top_p").number("a number above 0 and at most 1") {
                $0 > 0 && $0 <= 1
            },
            minP: try settings["min_p"]?.number("a number from 0 to 1") { $0 >= 0 && $0 <= 1 } ?? 0,
            repetitionPenalty: try settings["repetition_penalty"]?.number("a number above 0") {
                $0 > 0
            } ?? 1,
            frequencyPenalty: try settings["frequency_penalty"]?.double() ?? 0,
            presencePenalty: try settings["presence_penalty"]?.double() ?? 0,
            logitBias: try settings["logit_bias"]?.biases() ?? [:],
            processors: try settings["processors"]?.strings() ?? [],
            seed: try settings.required("seed").uint64(),
            stopTokenIDs: try settings.required("stop_ids").naturalNumbers(),
            stopStrings: try settings["stop_strings"]?.texts() ?? [],
            addSpecialTokens: try settings.required("add_special_tokens").bool(),
            prefillStepSize: try settings["prefill_step_size"]?.positiveNumber(),
            window: try Self.window(settings))
        interventions = try settings["interventions"]?.strings() ?? []
    }

    private static func window(_ settings: JSONValue) throws(FileError) -> ContextWindow? {
        guard let length = settings["window"] else { return nil }
        let window = ContextWindow(
            length: try length.int(), stride: try settings.required("stride").int())
        if let fault = window.fault { throw length.error(fault) }
        return window
    }
}

extension JSONValue {
    fileprivate func number(
        _ expected: String, where isFitting: (Double) -> Bool
    ) throws(FileError) -> Double {
        let value = try double()
        guard isFitting(value) else { throw mismatch(expected) }
        return value
    }

    fileprivate func positiveNumber() throws(FileError) -> Int {
        let value = try int()
        guard value > 0 else { throw mismatch("a whole number of at least 1") }
        return value
    }

    fileprivate func strings() throws(FileError) -> [String] {
        var values: [String] = []
        for element in try elements() { values.append(try element.string()) }
        return values
    }

    /// Strings of which none is empty.
    fileprivate func texts() throws(FileError) -> [String] {
        for element in try elements() where try element.string().isEmpty {
            throw element.mismatch("a text of at least one character")
        }
        return try strings()
    }

    /// Numbers by token id; an infinity may only forbid a token.
    fileprivate func biases() throws(FileError) -> [Int: Double] {
        var biases: [Int: Double] = [:]
        for (key, value) in try members() {
            guard let id = Int(key.string), id >= 0, String(id) == key.string else {
                throw value.error("stands under \"\(key.string)\", which is no token id")
            }
            let bias = try value.doubleOrInfinity()
            guard bias < .infinity else { throw value.mismatch("a number below infinity") }
            biases[id] = bias
        }
        return biases
    }
}
