internal import ScopeFiles
internal import ScopeTensor

extension Field {
    private static let largestLayerCount = ModelLimits.layerCount
    private static let largestHeadCount = ModelLimits.headCount

    /// A count of at least one; `null` counts as absent where the field is optional.
    static func size(
        _ name: String,
        _ target: any WritableKeyPath<DecoderConfiguration, Int> & Sendable,
        _ presence: Presence = .required
    ) -> Field {
        Field(name, presence) { value, draft throws(FileError) in
            if presence == .optional, value.isNull { return }
            draft.configuration[keyPath: target] = try count(value)
            draft.sources[target] = value
        }
    }

    /// The number of layers: each costs memory before its tensors are looked for.
    static func layers(_ name: String) -> Field {
        Field(name, .required) { value, draft throws(FileError) in
            let layers = try count(value)
            guard layers <= largestLayerCount else {
                throw value.error("\(layers) layers are more than any model's")
            }
            draft.configuration.layerCount = layers
        }
    }

    /// The number of query heads: some position schemes keep a number for each.
    static func heads(_ name: String) -> Field {
        Field(name, .required) { value, draft throws(FileError) in
            let heads = try count(value)
            guard heads <= largestHeadCount else {
                throw value.error("\(heads) heads are more than any model's")
            }
            draft.configuration.queryHeadCount = heads
            draft.sources[\.queryHeadCount] = value
        }
    }

    /// The longest text; a table of positions must have as many rows.
    static func contextLength(_ name: String) -> Field {
        Field.size(name, \.contextLength, .optional).deciding(.length)
    }

    /// Key and value heads; `null` for as many as there are query heads.
    static let keyValueHeads = Field("num_key_value_heads") { value, draft throws(FileError) in
        draft.configuration.keyValueHeadCount = value.isNull ? 0 : try count(value)
        draft.sources[\.keyValueHeadCount] = value
    }

    /// A count of at least one.
    static func count(_ value: JSONValue) throws(FileError) -> Int {
        let size = try value.int()
        guard size > 0 else { throw value.error("must be at least 1, found \(size)") }
        guard size <= ModelLimits.size else {
            throw value.error("\(size) is larger than any model's")
        }
        return size
    }

    /// A finite number above zero.
    static func positive(
        _ name: String, _ target: any WritableKeyPath<DecoderConfiguration, Double> & Sendable
    ) -> Field {
        Field(name) { value, draft throws(FileError) in
            draft.configuration[keyPath: target] = try positiveNumber(value)
        }
    }

    /// A finite number above zero, or `null` for what the model lacks.
    static func positive(
        _ name: String, _ target: any WritableKeyPath<DecoderConfiguration, Double?> & Sendable
    ) -> Field {
        Field(name) { value, draft throws(FileError) in
            draft.configuration[keyPath: target] = value.isNull ? nil : try positiveNumber(value)
        }
    }

    /// A count that the family combines with others when all fields are read.
    static func number(_ name: String, _ presence: Presence = .optional) -> Field {
        Field(name, presence) { value, draft throws(FileError) in
            if presence == .optional, value.isNull { return }
            draft.numbers[name] = try count(value)
        }
    }

    /// A truth value that the family combines with others when all fields are read.
    static func flag(_ name: String) -> Field {
        flag(name) { value, draft in draft.flags[name] = value }
    }

    /// A truth value that sets something.
    static func flag(
        _ name: String, apply: @escaping @Sendable (Bool, inout ConfigurationDraft) -> Void
    ) -> Field {
        Field(name) { value, draft throws(FileError) in
            apply(try value.bool(), &draft)
        }
    }

    /// A truth value of which only one is supported.
    static func mustBe(_ supported: Bool, _ name: String) -> Field {
        Field(name) { value, _ throws(FileError) in
            guard try value.bool() == supported else {
                throw value.unsupported("only \(supported) is supported")
            }
        }.mustBe("\(supported)")
    }

    /// A string of which only one is supported.
    static func mustBe(_ supported: String, _ name: String) -> Field {
        Field(name) { value, _ throws(FileError) in
            guard try value.string() == supported else {
                throw value.unsupported("only \"\(supported)\" is supported")
            }
        }.mustBe("\"\(supported)\"")
    }

    /// A number that must be 1.
    static func mustBeOne(_ name: String) -> Field {
        Field(name) { value, _ throws(FileError) in
            guard try value.double() == 1 else { throw value.unsupported("only 1 is supported") }
        }.mustBe("1")
    }

    /// A field that must be `null` if it is there.
    static func mustBeNull(_ name: String) -> Field {
        Field(name) { value, _ throws(FileError) in
            guard value.isNull else { throw value.unsupported("only null is supported") }
        }.mustBe("null")
    }

    /// A truth value that adds or removes biases.
    static func biases(_ name: String, _ biases: DecoderConfiguration.Biases) -> Field {
        flag(name) { value, draft in draft.configuration.biases.set(biases, to: value) }
    }

    /// A field that changes nothing in the numbers this package computes.
    static func withoutEffect(_ name: String) -> Field {
        Field(name) { _, _ throws(FileError) in }.deciding(.none)
    }

    static let tiesWordEmbeddings = flag("tie_word_embeddings") { value, draft in
        draft.configuration.tiesWordEmbeddings = value
    }

    /// The nonlinearity of the feed-forward part, by the names `transformers` uses.
    static func activation(_ name: String) -> Field {
        Field(name) { value, draft throws(FileError) in
            if value.isNull { return }
            draft.configuration.activation = try activation(value)
        }
    }

    static func activation(_ value: JSONValue) throws(FileError) -> Activation {
        let spelling = try value.string()
        guard let activation = activations[spelling] else {
            throw value.unsupported("\(value.brief) is not a known activation")
        }
        return activation
    }

    private static let activations: [String: Activation] = [
        "gelu": .gelu, "gelu_fast": .geluTanh, "gelu_new": .geluTanh,
        "gelu_pytorch_tanh": .geluTanh, "quick_gelu": .quickGelu, "relu": .relu,
        "relu2": .squaredRelu, "silu": .silu, "swish": .silu,
    ]

    static func positiveNumber(_ value: JSONValue) throws(FileError) -> Double {
        let number = try value.double()
        guard number > 0, number <= Double(Float.greatestFiniteMagnitude) else {
            throw value.mismatch("a number above 0 within the range of Float")
        }
        return number
    }
}

extension JSONValue {
    /// The value for messages, of which a file may have made it too long.
    var brief: String {
        let text = lexeme
        return text.count > 40 ? "\(text.prefix(40))…" : text
    }

    /// The error for a field that is well formed but asks for something this package lacks.
    func unsupported(_ reason: String) -> FileError {
        switch error(reason) {
        case .malformed(let file, let field, _, let reason):
            .unsupported(file: file, field: field, reason: reason)
        case let other:
            other
        }
    }
}

extension DecoderConfiguration.Biases {
    /// Adds or removes `biases`.
    mutating func set(_ biases: Self, to present: Bool) {
        if present { formUnion(biases) } else { subtract(biases) }
    }
}
