internal import ScopeFiles

extension Field {
    /// The base of the rotation's wavelengths.
    static let ropeTheta = ropeTheta("rope_theta")

    static func ropeTheta(_ name: String) -> Field {
        Field(name) { value, draft throws(FileError) in
            if value.isNull { return }
            draft.rotary.theta = try positiveNumber(value)
            draft.rotary.givenTheta = value
        }.read(where: .severalPairsTurn)
    }

    /// The base in layers with a window.
    static let localRopeTheta = Field("rope_local_base_freq") { value, draft throws(FileError) in
        draft.rotary.localTheta = try positiveNumber(value)
        draft.rotary.givenLocalTheta = value
    }.read(where: .aLayerHasAWindow)

    /// The part of a head that is rotated.
    static func rotaryFraction(_ name: String) -> Field {
        Field(name) { value, draft throws(FileError) in
            if value.isNull { return }
            draft.rotary.fraction = try positiveNumber(value)
            draft.rotary.givenFraction = value
        }
    }

    /// The scalars of a head that are rotated.
    static func rotaryDimension(_ name: String) -> Field {
        Field(name) { value, draft throws(FileError) in
            draft.rotary.dimension = try count(value)
            draft.rotary.givenDimension = value
        }
    }

    /// The context before stretching, where it stands outside `rope_scaling`.
    static let originalContextLength = Field("original_max_position_embeddings") {
        value, draft throws(FileError) in
        if value.isNull { return }
        draft.rotary.originalContextLength = try count(value)
    }.read(where: .hasOriginalContext)

    /// How the rotation's frequencies are stretched: `rope_scaling`, or `rope_parameters` of newer
    /// files, which holds the base as well and may hold one object for each kind of layer.
    static func ropeScaling(_ name: String) -> Field {
        Field(name) { value, draft throws(FileError) in
            if value.isNull { return }
            guard draft.rotary.parameters == nil, draft.rotary.localParameters == nil else {
                throw value.unsupported("must not stand beside rope_scaling")
            }
            guard value["full_attention"] != nil || value["sliding_attention"] != nil else {
                draft.rotary.parameters = value
                return
            }
            guard draft.rotary.localTheta != nil else {
                throw value.unsupported("all layers of this family turn alike")
            }
            draft.rotary.parameters = value["full_attention"]
            draft.rotary.localParameters = value["sliding_attention"]
            for (key, member) in try value.members()
            where !["full_attention", "sliding_attention"].contains(key.string) {
                throw member.unsupported("is no kind of layer with a rotation of its own")
            }
        }.holding(RopeParameters.uses)
    }

    /// The fields of a rotation, in both styles of configuration file.
    static let rotation: [Field] = [
        .ropeTheta, .ropeScaling("rope_scaling"), .ropeScaling("rope_parameters"),
        .rotaryFraction("partial_rotary_factor"),
    ]
}
