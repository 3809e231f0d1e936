internal import ScopeFiles

/// The members of `rope_scaling` or `rope_parameters`, each of which must be understood.
struct RopeParameters {
    /// The ways of stretching, by the names files give them.
    enum Kind: String, CaseIterable {
        case dynamic
        case linear
        case llama3
        case longrope
        case none = "default"
        case yarn

        init(_ value: JSONValue) throws(FileError) {
            let spelling = try value.string()
            // Phi-3's first files call it by its authors' word.
            guard let kind = Kind(rawValue: spelling == "su" ? "longrope" : spelling) else {
                throw value.unsupported("rotary scaling \(value.brief) is not supported")
            }
            self = kind
        }

        /// The members that a file with this kind may have.
        fileprivate var members: Set<String> {
            let common: Set = ["partial_rotary_factor", "rope_theta", "rope_type", "type"]
            let original = "original_max_position_embeddings"
            switch self {
            case .none: return common.union([original])
            case .linear, .dynamic: return common.union([original, "factor"])
            case .llama3:
                return common.union([original, "factor", "high_freq_factor", "low_freq_factor"])
            case .longrope:
                return common.union([
                    original, "attention_factor", "factor", "long_factor", "short_factor",
                ])
            case .yarn:
                return common.union([
                    original, "attention_factor", "beta_fast", "beta_slow", "factor", "mscale",
                    "mscale_all_dim", "truncate",
                ])
            }
        }
    }

    private let kind: Kind
    private let object: JSONValue?
    /// What an error names where there is no object.
    private let root: JSONValue
    private let contextLength: Int
    private let originalContextLength: Int?

    /// Refuses members that the kind of scaling does not know.
    init(
        _ object: JSONValue?, of root: JSONValue, contextLength: Int, originalContextLength: Int?
    ) throws(FileError) {
        self.object = object
        self.root = root
        self.contextLength = contextLength
        self.originalContextLength = originalContextLength
        guard let object else {
            kind = .none
            return
        }
        // Files of before 2024 say `type`; some say both.
        let names = ["rope_type", "type"].compactMap { name in
            object[name].flatMap { $0.isNull ? nil : $0 }
        }
        kind = try names.first.map { name throws(FileError) in try Kind(name) } ?? .none
        if let second = names.last, try Kind(second) != kind {
            throw second.error("differs from rope_type")
        }
        for (key, value) in try object.members() where !kind.members.contains(key.string) {
            throw value.unsupported("is not understood with rotary scaling \"\(kind.rawValue)\"")
        }
    }

    private func member(_ name: String) -> JSONValue? {
        guard let value = object?[name], !value.isNull else { return nil }
        return value
    }

    /// A number that may stand outside the object as well, if it is the same there.
    func positive(_ name: String, besides outside: JSONValue? = nil) throws(FileError) -> Double? {
        guard let value = member(name) else { return nil }
        let number = try Field.positiveNumber(value)
        if let outside, try outside.double() != number {
            throw value.error("differs from \(outside.path ?? name), which is \(outside.brief)")
        }
        return number
    }

    private func required(_ name: String) throws(FileError) -> JSONValue {
        if let value = member(name) { return value }
        guard let null = object?[name] else { return try (object ?? root).required(name) }
        throw null.mismatch("there")
    }

    private func require(_ name: String) throws(FileError) -> Double {
        try Field.positiveNumber(try required(name))
    }

    private func divisors(_ name: String, pairs: Int) throws(FileError) -> [Double] {
        let value = try required(name)
        var divisors: [Double] = []
        for element in try value.elements() { divisors.append(try Field.positiveNumber(element)) }
        guard divisors.count == pairs else {
            throw value.error("\(divisors.count) factors for \(pairs) rotated pairs")
        }
        return divisors
    }

    /// The context before stretching: outside the object, in it, or the whole context.
    private func originalContext() throws(FileError) -> Int {
        guard let inside = member("original_max_position_embeddings") else {
            return originalContextLength ?? contextLength
        }
        let length = try Field.count(inside)
        if let originalContextLength, originalContextLength != length {
            throw inside.error("the model's own is \(originalContextLength)")
        }
        return length
    }

    func apply(to rotary: inout RotaryConfiguration) throws(FileError) {
        if let original = member("original_max_position_embeddings") {
            _ = try Field.count(original)
        }
        switch kind {
        case .none:
            return
        case .linear:
            rotary.scaling = .linear(factor: try require("factor"))
        case .dynamic:
            rotary.scaling = .dynamic(
                factor: try require("factor"), originalContextLength: contextLength)
        case .llama3:
            let low = try require("low_freq_factor")
            let high = try require("high_freq_factor")
            guard low < high else {
                throw try required("low_freq_factor").error("must be below high_freq_factor")
            }
            rotary.scaling = .llama3(
                factor: try require("factor"), lowFrequencyFactor: low,
                highFrequencyFactor: high, originalContextLength: try originalContext())
        case .yarn:
            try applyYarn(to: &rotary)
        case .longrope:
            try applyLongrope(to: &rotary)
        }
    }

    private func applyYarn(to rotary: inout RotaryConfiguration) throws(FileError) {
        let original = try originalContext()
        // The reference wants it named, even as `null`.
        if object?["factor"] == nil { _ = try required("factor") }
        let factor = try positive("factor") ?? Double(contextLength) / Double(original)
        let truncated = try member("truncate").map { value throws(FileError) in try value.bool() }
        let range = rotary.yarnRange(
            fast: try positive("beta_fast") ?? 32, slow: try positive("beta_slow") ?? 1,
            length: Double(original), truncated: truncated ?? true)
        rotary.scaling = .yarn(factor: factor, low: range.low, high: range.high)
        let scale = try factorOrZero("mscale")
        let scaleOfAll = try factorOrZero("mscale_all_dim")
        if let given = try positive("attention_factor") {
            rotary.magnitude = given
        } else if scale > 0, scaleOfAll > 0 {
            rotary.magnitude =
                RotaryConfiguration.yarnMagnitude(factor, scale)
                / RotaryConfiguration.yarnMagnitude(factor, scaleOfAll)
        } else {
            rotary.magnitude = RotaryConfiguration.yarnMagnitude(factor, 1)
        }
    }

    /// A number that may be 0 for "not used".
    private func factorOrZero(_ name: String) throws(FileError) -> Double {
        guard let value = member(name) else { return 0 }
        return try value.double() == 0 ? 0 : Field.positiveNumber(value)
    }

    private func applyLongrope(to rotary: inout RotaryConfiguration) throws(FileError) {
        let original = try originalContext()
        let pairs = rotary.dimension / 2
        rotary.scaling = .longrope(
            short: try divisors("short_factor", pairs: pairs),
            long: try divisors("long_factor", pairs: pairs), originalContextLength: original)
        let factor = try positive("factor") ?? Double(contextLength) / Double(original)
        rotary.magnitude =
            try positive("attention_factor")
            ?? RotaryConfiguration.longropeMagnitude(factor, originalContextLength: original)
    }
}
