internal import ScopeFiles

extension Field {
    /// Positions a window spans; `null` for none.
    static func window(_ name: String) -> Field {
        Field(name) { value, draft throws(FileError) in
            draft.windows.sizeField = name
            draft.windows.size = value.isNull ? nil : try nonNegative(value)
        }.read(where: .aLayerHasAWindow)
    }

    /// Whether windows are used at all.
    static let usesWindow = flag("use_sliding_window") { value, draft in
        draft.windows.areUsed = value
    }.read(where: .isNotNull("sliding_window"))

    /// The first layer with a window; 0 is the first of all.
    static let firstWindowLayer = Field("max_window_layers") { value, draft throws(FileError) in
        if value.isNull { return }
        draft.windows.firstLayer = try nonNegative(value)
    }.read(where: .isTrue("use_sliding_window").and(.isAbsent("layer_types")))

    /// Every n-th layer is without a window.
    static let windowPattern = Field("sliding_window_pattern") { value, draft throws(FileError) in
        if value.isNull { return }
        draft.windows.pattern = try count(value)
    }.read(where: .isAbsent("layer_types"))

    /// The kind of each layer's attention.
    static let layerTypes = Field("layer_types") { value, draft throws(FileError) in
        if value.isNull { return }
        var types: [String] = []
        for element in try value.elements() {
            let type = try element.string()
            guard ["full_attention", "sliding_attention"].contains(type) else {
                throw element.unsupported("\(element.brief) is no known kind of layer")
            }
            types.append(type)
        }
        draft.windows.layerTypes = types
    }

    /// 1 for each rotated layer, 0 for each that is not.
    static let rotatedLayers = Field("no_rope_layers") { value, draft throws(FileError) in
        if value.isNull { return }
        var layers: [Int] = []
        for element in try value.elements() {
            let layer = try element.int()
            guard layer == 0 || layer == 1 else { throw element.mismatch("0 or 1") }
            layers.append(layer)
        }
        draft.rotary.layers = layers
    }

    /// Every n-th layer is not rotated.
    static let rotationSkip = Field("no_rope_layer_interval") { value, draft throws(FileError) in
        draft.rotary.skippedInterval = try count(value)
    }.read(where: .isAbsent("no_rope_layers"))

    static func nonNegative(_ value: JSONValue) throws(FileError) -> Int {
        let number = try value.int()
        guard number >= 0 else { throw value.error("must not be below 0, found \(number)") }
        return number
    }
}

extension Field {
    /// A size of the mixture of experts.
    static func experts(
        _ name: String, _ target: any WritableKeyPath<ExpertConfiguration, Int> & Sendable,
        _ presence: Presence = .optional
    ) -> Field {
        Field(name, presence) { value, draft throws(FileError) in
            var experts = draft.configuration.experts ?? ExpertConfiguration()
            experts[keyPath: target] = try count(value)
            draft.configuration.experts = experts
        }.read(where: .aLayerHasExperts)
    }

    /// Whether the chosen experts' probabilities are divided by their sum.
    static let normalizesExperts = flag("norm_topk_prob") { value, draft in
        draft.configuration.experts?.normalizesWeights = value
    }.read(where: .aLayerHasExperts)

    /// Every n-th layer has experts.
    static let expertStep = Field("decoder_sparse_step") { value, draft throws(FileError) in
        draft.expertLayers.step = try count(value)
    }

    /// Layers that have none all the same.
    static let denseLayers = Field("mlp_only_layers") { value, draft throws(FileError) in
        if value.isNull { return }
        for element in try value.elements() {
            let layer = try nonNegative(element)
            guard layer < draft.configuration.layerCount else {
                throw element.error("there are only \(draft.configuration.layerCount) layers")
            }
            draft.expertLayers.dense.insert(layer)
        }
    }

    /// Layers before this one have no experts.
    static let firstExpertLayer = Field("first_k_dense_replace") { value, draft throws(FileError) in
        draft.expertLayers.first = try nonNegative(value)
    }
}
