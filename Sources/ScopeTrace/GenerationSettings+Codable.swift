extension GenerationSettings: Codable {
    private enum CodingKeys: String, CodingKey {
        case maxTokens
        case temperature
        case topK
        case topP
        case minP
        case repetitionPenalty
        case frequencyPenalty
        case presencePenalty
        case logitBias
        case processors
        case interventions
        case seed
        case stopTokenIDs
        case stopStrings
        case addSpecialTokens
        case prefillStepSize
        case window
    }

    private struct WireBias: Codable {
        let id: Int
        let bias: WireDouble
    }

    /// Reads settings; one that is absent has the value that changes nothing, so traces of
    /// versions that did not have it stay readable.
    ///
    /// - Parameter decoder: The decoder to read from.
    /// - Throws: `DecodingError` when a setting is of another type or lies outside what it can be,
    ///   or a token has two biases.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func value<Value: Decodable>(_ key: CodingKeys, or neutral: Value) throws -> Value {
            try container.decodeIfPresent(Value.self, forKey: key) ?? neutral
        }
        maxTokens = try container.decodeIfPresent(Int.self, forKey: .maxTokens)
        temperature = try value(.temperature, or: 0)
        topK = try value(.topK, or: 0)
        topP = try value(.topP, or: 1)
        minP = try value(.minP, or: 0)
        repetitionPenalty = try value(.repetitionPenalty, or: 1)
        frequencyPenalty = try value(.frequencyPenalty, or: 0)
        presencePenalty = try value(.presencePenalty, or: 0)
        var biases: [Int: Double] = [:]
        for entry in try value(.logitBias, or: [WireBias]()) {
            guard biases.updateValue(entry.bias.value, forKey: entry.id) == nil else {
                throw DecodingError.dataCorruptedError(
                    forKey: .logitBias, in: container,
                    debugDescription: "token \(entry.id) has two biases")
            }
        }
        logitBias = biases
        processors = try value(.processors, or: [])
        interventions = try value(.interventions, or: [])
        seed = try value(.seed, or: 0)
        stopTokenIDs = try value(.stopTokenIDs, or: [])
        stopStrings = try value(.stopStrings, or: [])
        addSpecialTokens = try value(.addSpecialTokens, or: false)
        prefillStepSize = try container.decodeIfPresent(Int.self, forKey: .prefillStepSize)
        window = try container.decodeIfPresent(ContextWindow.self, forKey: .window)
        if let fault {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: container.codingPath,
                    debugDescription: "\(fault.setting) \(fault.reason)"))
        }
    }

    /// Writes the settings, the biases in the order of their tokens.
    ///
    /// - Parameter encoder: The encoder to write to.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(maxTokens, forKey: .maxTokens)
        try container.encode(temperature, forKey: .temperature)
        try container.encode(topK, forKey: .topK)
        try container.encode(topP, forKey: .topP)
        try container.encode(minP, forKey: .minP)
        try container.encode(repetitionPenalty, forKey: .repetitionPenalty)
        try container.encode(frequencyPenalty, forKey: .frequencyPenalty)
        try container.encode(presencePenalty, forKey: .presencePenalty)
        let biases = logitBias.sorted { $0.key < $1.key }
        try container.encode(
            biases.map { WireBias(id: $0.key, bias: WireDouble($0.value)) }, forKey: .logitBias)
        try container.encode(processors, forKey: .processors)
        if !interventions.isEmpty { try container.encode(interventions, forKey: .interventions) }
        try container.encode(seed, forKey: .seed)
        try container.encode(stopTokenIDs, forKey: .stopTokenIDs)
        try container.encode(stopStrings, forKey: .stopStrings)
        try container.encode(addSpecialTokens, forKey: .addSpecialTokens)
        try container.encodeIfPresent(prefillStepSize, forKey: .prefillStepSize)
        try container.encodeIfPresent(window, forKey: .window)
    }
}
