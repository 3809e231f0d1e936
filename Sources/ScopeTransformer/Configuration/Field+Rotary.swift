internal import ScopeFiles

extension Field {
    /// The base of the rotation's wavelengths.
    static let ropeTheta = ropeTheta("rope_theta")

    static func ropeTheta(_ name: String) -> Field {
        Field(name) { value, draft throws(FileError) in
            if value.isNull { return }
            draft.rotary.theta = try positiveNumber(value)
        }
    }

    /// The base in layers with a window.
    static let localRopeTheta = Field("rope_local_base_freq") { value, draft throws(FileError) in
        draft.rotary.localTheta = try positiveNumber(value)
    }

    /// The part of a head that is rotated.
    static func rotaryFraction(_ name: String) -> Field {
        Field(name) { value, draft throws(FileError) in
            if value.isNull { return }
            draft.rotary.fraction = try positiveNumber(value)
        }
    }

    /// The scalars of a head that are rotated; `null` for all of them.
    static let rotaryDimension = Field("rotary_dim") { value, draft throws(FileError) in
        draft.rotary.dimension = value.isNull ? nil : try count(value)
    }

    /// The context before stretching, where it stands outside `rope_scaling`.
    static let originalContextLength = Field("original_max_position_embeddings") {
        value, draft throws(FileError) in
        if value.isNull { return }
        draft.rotary.originalContextLength = try count(value)
    }

    /// How the rotation's frequencies are stretched: `rope_scaling`, or `rope_parameters` of newer
    /// files, which holds the base as well and may hold one object for each kind of layer.
    static func ropeScaling(_ name: String) -> Field {
        Field(name) { value, draft throws(FileError) in
            if value.isNull { return }
            if let full = value["full_attention"] {
                draft.rotary.parameters = full
                draft.rotary.localParameters = value["sliding_attention"]
                for (key, member) in try value.members()
                where !["full_attention", "sliding_attention"].contains(key.string) {
                    throw member.unsupported("is no kind of layer with a rotation of its own")
                }
            } else {
                draft.rotary.parameters = value
            }
        }
    }

    /// The fields of a rotation, in both styles of configuration file.
    static let rotation: [Field] = [
        .ropeTheta, .ropeScaling("rope_scaling"), .ropeScaling("rope_parameters"),
        .rotaryFraction("partial_rotary_factor"),
    ]
}
