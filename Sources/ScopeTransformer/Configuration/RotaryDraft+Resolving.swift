internal import ScopeFiles

extension RotaryDraft {
    /// The rotation of layers without a window.
    func general(
        _ shape: DecoderConfiguration, _ root: JSONValue
    ) throws(FileError) -> RotaryConfiguration {
        try resolve(parameters, theta: theta, shape, root)
    }

    /// The rotation of layers with a window.
    func local(
        _ shape: DecoderConfiguration, _ root: JSONValue
    ) throws(FileError) -> RotaryConfiguration {
        if localTheta == nil, localParameters == nil { return try general(shape, root) }
        return try resolve(localParameters, theta: localTheta ?? theta, shape, root)
    }

    private func resolve(
        _ object: JSONValue?, theta: Double, _ shape: DecoderConfiguration, _ root: JSONValue
    ) throws(FileError) -> RotaryConfiguration {
        let width = shape.latentAttention?.rotaryDimension ?? shape.headDimension
        var parameters = RopeParameters(
            object, of: root, contextLength: shape.contextLength,
            originalContextLength: originalContextLength)
        let fraction = try parameters.positive("partial_rotary_factor") ?? self.fraction ?? 1
        let theta = try parameters.positive("rope_theta") ?? theta
        // As the reference does: a part of a scalar is no scalar.
        let dimension = self.dimension ?? Int(Double(width) * min(fraction, 1))
        var rotary = RotaryConfiguration(theta: theta, dimension: dimension, pairing: pairing)
        guard dimension % 2 == 0, dimension <= width, fraction <= 1 else {
            throw (object ?? root).error(
                "\(dimension) of a head's \(width) scalars cannot be rotated")
        }
        try parameters.apply(to: &rotary)
        try parameters.refuseTheRest()
        return rotary
    }
}

/// The members of `rope_scaling` or `rope_parameters`, each of which must be understood.
private struct RopeParameters {
    private let object: JSONValue?
    /// What an error names where there is no object.
    private let root: JSONValue
    private let contextLength: Int
    private let originalContextLength: Int?
    private var taken: Set<String> = []

    init(
        _ object: JSONValue?, of root: JSONValue, contextLength: Int, originalContextLength: Int?
    ) {
        self.object = object
        self.root = root
        self.contextLength = contextLength
        self.originalContextLength = originalContextLength
    }

    private mutating func take(_ name: String) -> JSONValue? {
        taken.insert(name)
        guard let value = object?[name], !value.isNull else { return nil }
        return value
    }

    mutating func positive(_ name: String) throws(FileError) -> Double? {
        guard let value = take(name) else { return nil }
        return try Field.positiveNumber(value)
    }

    private mutating func require(_ name: String) throws(FileError) -> Double {
        if let number = try positive(name) { return number }
        return try Field.positiveNumber(try (object ?? root).required(name))
    }

    private mutating func divisors(_ name: String, pairs: Int) throws(FileError) -> [Double] {
        guard let value = take(name) else {
            _ = try (object ?? root).required(name)
            return []
        }
        var divisors: [Double] = []
        for element in try value.elements() { divisors.append(try Field.positiveNumber(element)) }
        guard divisors.count == pairs else {
            throw value.error("\(divisors.count) factors for \(pairs) rotated pairs")
        }
        return divisors
    }

    /// The context before stretching: outside the object, in it, or the whole context.
    private mutating func originalContext() throws(FileError) -> Int {
        let inside = take("original_max_position_embeddings")
        if let originalContextLength { return originalContextLength }
        return try inside.map { value throws(FileError) in try Field.count(value) } ?? contextLength
    }

    mutating func apply(to rotary: inout RotaryConfiguration) throws(FileError) {
        // Files of before 2024 say `type`; where both stand, `rope_type` is the one that is read.
        let old = take("type")
        guard let kind = take("rope_type") ?? old else { return }
        switch try kind.string() {
        case "default":
            _ = take("original_max_position_embeddings")
        case "linear":
            // The training length changes nothing where every position is stretched alike.
            _ = take("original_max_position_embeddings")
            rotary.scaling = .linear(factor: try require("factor"))
        case "dynamic":
            _ = take("original_max_position_embeddings")
            rotary.scaling = .dynamic(
                factor: try require("factor"), originalContextLength: contextLength)
        case "llama3":
            let low = try require("low_freq_factor")
            let high = try require("high_freq_factor")
            guard low < high else {
                throw kind.error("low_freq_factor must be below high_freq_factor")
            }
            rotary.scaling = .llama3(
                factor: try require("factor"), lowFrequencyFactor: low,
                highFrequencyFactor: high, originalContextLength: try originalContext())
        case "yarn":
            try applyYarn(to: &rotary)
        case "longrope", "su":
            try applyLongrope(to: &rotary)
        case let other:
            throw kind.unsupported("rotary scaling \"\(other)\" is not supported")
        }
    }

    private mutating func applyYarn(to rotary: inout RotaryConfiguration) throws(FileError) {
        let original = try originalContext()
        let factor = try positive("factor") ?? Double(contextLength) / Double(original)
        let truncated = try take("truncate").map { value throws(FileError) in try value.bool() }
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
    private mutating func factorOrZero(_ name: String) throws(FileError) -> Double {
        guard let value = take(name) else { return 0 }
        return try value.double() == 0 ? 0 : Field.positiveNumber(value)
    }

    private mutating func applyLongrope(to rotary: inout RotaryConfiguration) throws(FileError) {
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

    func refuseTheRest() throws(FileError) {
        guard let object else { return }
        for (key, value) in try object.members() {
            guard taken.contains(key.string) || value.isNull else {
                throw value.unsupported("is not understood with this kind of scaling")
            }
        }
    }
}
