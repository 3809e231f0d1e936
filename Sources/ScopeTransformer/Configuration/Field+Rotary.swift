internal import ScopeFiles

extension Field {
    /// The base of the rotation's wavelengths.
    static let ropeTheta = Field("rope_theta") { value, draft throws(FileError) in
        draft.configuration.rotary?.theta = try positiveNumber(value)
    }

    /// How the rotation's frequencies are stretched: `rope_scaling`, or `rope_parameters` of newer
    /// files, which holds the base as well.
    static func ropeScaling(_ name: String) -> Field {
        Field(name) { value, draft throws(FileError) in
            if value.isNull { return }
            var parameters = RopeParameters(value)
            if let theta = parameters.take("rope_theta") {
                draft.configuration.rotary?.theta = try positiveNumber(theta)
            }
            draft.configuration.rotary?.scaling = try parameters.scaling()
            try parameters.refuseTheRest()
        }
    }
}

extension DecoderConfiguration {
    /// The rotation, where positions are rotary.
    var rotary: RotaryConfiguration? {
        get {
            if case .rotary(let rotary) = positions { rotary } else { nil }
        }
        set {
            if let newValue { positions = .rotary(newValue) }
        }
    }
}

/// The members of `rope_scaling`, each of which must be understood.
private struct RopeParameters {
    private let object: JSONValue
    private var taken: Set<String> = []

    init(_ object: JSONValue) {
        self.object = object
    }

    mutating func take(_ name: String) -> JSONValue? {
        taken.insert(name)
        return object[name]
    }

    private mutating func require(_ name: String) throws(FileError) -> Double {
        taken.insert(name)
        return try Field.positiveNumber(try object.required(name))
    }

    mutating func scaling() throws(FileError) -> RotaryConfiguration.Scaling {
        // Files of before 2024 say `type`; where both stand, `rope_type` is the one that is read.
        let old = take("type")
        guard let kind = take("rope_type") ?? old else {
            throw object.error("rope_type is missing")
        }
        switch try kind.string() {
        case "default":
            _ = take("original_max_position_embeddings")
            return .none
        case "linear":
            // The training length changes nothing where every position is stretched alike.
            _ = take("original_max_position_embeddings")
            return .linear(factor: try require("factor"))
        case "llama3":
            let low = try require("low_freq_factor")
            let high = try require("high_freq_factor")
            guard low < high else {
                throw object.error("low_freq_factor must be below high_freq_factor")
            }
            let original = try require("original_max_position_embeddings")
            guard original < 1e9 else {
                throw object.error("original_max_position_embeddings is larger than any model's")
            }
            return .llama3(
                factor: try require("factor"), lowFrequencyFactor: low,
                highFrequencyFactor: high, originalContextLength: Int(original))
        case let other:
            throw kind.unsupported("rotary scaling \"\(other)\" is not supported yet")
        }
    }

    func refuseTheRest() throws(FileError) {
        for (key, value) in try object.members() {
            guard taken.contains(key.string) else {
                throw value.unsupported("is not understood with this kind of scaling")
            }
        }
    }
}
