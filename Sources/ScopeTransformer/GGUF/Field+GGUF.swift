internal import ScopeFiles

/// Keys of GGUF files, which say some things otherwise than `config.json` does.
extension Field {
    /// A field that the file may give once, or once a layer as long as all layers have the same.
    static func inEveryLayer(_ field: Field) -> Field {
        Field(field.name, field.presence) { value, draft throws(FileError) in
            guard value.kind == .array else {
                try field.apply(value, &draft)
                return
            }
            let elements = Array(try value.elements())
            guard let first = elements.first else { throw value.error("holds no value") }
            for element in elements where element.lexeme != first.lexeme {
                throw value.unsupported("values that differ from layer to layer are not supported")
            }
            try field.apply(first, &draft)
        }
    }

    /// A factor, where 0 stands for what the model does without it.
    static func factor(
        _ name: String, _ target: any WritableKeyPath<DecoderConfiguration, Double> & Sendable
    ) -> Field {
        Field(name) { value, draft throws(FileError) in
            if try value.double() == 0 { return }
            draft.configuration[keyPath: target] = try positiveNumber(value)
        }
    }

    /// A bound, where 0 stands for none.
    static func bound(
        _ name: String, _ target: any WritableKeyPath<DecoderConfiguration, Double?> & Sendable
    ) -> Field {
        Field(name) { value, draft throws(FileError) in
            let isNone = try value.double() == 0
            draft.configuration[keyPath: target] = isNone ? nil : try positiveNumber(value)
        }
    }

    /// The factor on query–key products, where it is not the usual one.
    static func attentionScale(_ name: String) -> Field {
        Field(name) { value, draft throws(FileError) in
            if try value.double() == 0 { return }
            draft.scalesAttention = false
            draft.configuration.attentionScale = try positiveNumber(value)
        }
    }

    /// The constant of the architecture's norms; that of norms it does not have says nothing.
    static func epsilons(_ architecture: String, of norm: DecoderConfiguration.Norm) -> [Field] {
        let (layer, rms) = (
            architecture + ".attention.layer_norm_epsilon",
            architecture + ".attention.layer_norm_rms_epsilon"
        )
        let (used, other) = norm == .layer ? (layer, rms) : (rms, layer)
        let epsilon = positive(used, \.normEpsilon)
        return [Field(used, .required, apply: epsilon.apply), .withoutEffect(other)]
    }

    /// The base of the rotation in layers with a window.
    static func localRopeTheta(_ name: String) -> Field {
        Field(name) { value, draft throws(FileError) in
            draft.rotary.localTheta = try positiveNumber(value)
        }
    }

    /// Which layers have a window: one truth value a layer, or every n-th has none.
    static func windowPattern(of architecture: String) -> Field {
        let name = architecture + ".attention.sliding_window_pattern"
        return Field(name) { value, draft throws(FileError) in
            guard value.kind == .array else {
                let interval = try nonNegative(value)
                // Of layers in groups of none all have a window.
                draft.windows.pattern = interval == 0 ? nil : interval
                return
            }
            let elements = Array(try value.elements())
            guard elements.count == draft.configuration.layerCount else {
                throw value.error(
                    "names \(elements.count) layers, the model has "
                        + "\(draft.configuration.layerCount)")
            }
            var types: [String] = []
            for element in elements {
                types.append(try isTrue(element) ? "sliding_attention" : "full_attention")
            }
            draft.windows.layerTypes = types
        }
    }

    /// A truth value, or a number that is one unless it is 0.
    private static func isTrue(_ value: JSONValue) throws(FileError) -> Bool {
        guard value.kind == .number else { return try value.bool() }
        return try value.int() != 0
    }
}

/// Experts.
extension Field {
    /// A size of the mixture of experts, where 0 stands for none.
    static func expertSize(
        _ name: String, _ target: any WritableKeyPath<ExpertConfiguration, Int> & Sendable
    ) -> Field {
        inEveryLayer(
            Field(name) { value, draft throws(FileError) in
                if try value.int() == 0 { return }
                try experts(name, target).apply(value, &draft)
            })
    }

    /// The keys of a mixture of experts.
    static func mixture(_ architecture: String) -> [Field] {
        let name = { (key: String) in "\(architecture).expert_\(key)" }
        return [
            .expertSize(name("count"), \.count),
            .expertSize(name("used_count"), \.perToken),
            .expertSize(name("feed_forward_length"), \.intermediateSize),
            .expertSize(name("shared_feed_forward_length"), \.sharedIntermediateSize),
            Field(name("weights_norm")) { value, draft throws(FileError) in
                draft.flags["expert_weights_norm"] = try value.bool()
            },
            Field(name("weights_scale")) { value, draft throws(FileError) in
                if try value.double() == 0 { return }
                var experts = draft.configuration.experts ?? ExpertConfiguration()
                experts.weightScale = try positiveNumber(value)
                draft.configuration.experts = experts
            },
            Field(name("gating_func")) { value, _ throws(FileError) in
                guard try value.int() <= 1 else {
                    throw value.unsupported("only 1, softmax, is supported")
                }
            },
            Field(name("group_count")) { value, _ throws(FileError) in
                guard try value.int() <= 1 else {
                    throw value.unsupported("experts in groups are not supported")
                }
            },
            // Of one group at most one is used.
            .withoutEffect(name("group_used_count")),
        ]
    }
}

extension Field {
    /// Positions a window spans; the format says 0 for none.
    static func ggufWindow(_ name: String) -> Field {
        Field(name) { value, draft throws(FileError) in
            let size = try nonNegative(value)
            draft.windows.sizeField = name
            draft.windows.size = size == 0 ? nil : size
            draft.windows.areDisclaimed = size == 0
        }
    }
}
