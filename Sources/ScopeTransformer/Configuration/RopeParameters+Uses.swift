extension RopeParameters {
    /// What the members decide.
    static let uses: [FieldUse] = [
        FieldUse("rope_type"), FieldUse("type"),
        FieldUse("rope_theta", where: .severalPairsTurn), FieldUse("partial_rotary_factor"),
        FieldUse("factor", where: .isStretched),
        FieldUse("original_max_position_embeddings", where: .hasOriginalContext),
        FieldUse("low_freq_factor", where: .stretches("llama3")),
        FieldUse("high_freq_factor", where: .stretches("llama3")),
        FieldUse("short_factor", where: .stretches("longrope")),
        FieldUse("long_factor", where: .stretches("longrope")),
        FieldUse("attention_factor", where: .stretches("longrope").or(.stretches("yarn"))),
        FieldUse("beta_fast", where: .stretches("yarn")),
        FieldUse("beta_slow", where: .stretches("yarn")),
        FieldUse("truncate", where: .stretches("yarn")),
        FieldUse("mscale", where: .stretches("yarn")),
        FieldUse("mscale_all_dim", where: .stretches("yarn")),
    ]
}

extension FieldCondition {
    /// A rotation that is stretched in any way.
    fileprivate static let isStretched = FieldCondition(text: "the rotation is stretched") {
        _, configuration in
        configuration.layers.contains { $0.rotary.map { $0.scaling != .none } ?? false }
    }

    /// A rotation that is stretched in one way.
    fileprivate static func stretches(_ kind: String) -> FieldCondition {
        FieldCondition(text: "`rope_type` is `\(kind)`") { _, configuration in
            configuration.layers.contains { layer in
                switch layer.rotary?.scaling {
                case .llama3: kind == "llama3"
                case .longrope: kind == "longrope"
                case .yarn: kind == "yarn"
                default: false
                }
            }
        }
    }
}
