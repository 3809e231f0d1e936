extension GenerateParameters {
    /// Refuses settings that lie outside what they can be.
    ///
    /// - Parameter vocabularySize: The model's.
    /// - Throws: ``DecodingFailure/invalidSetting(name:reason:)`` that names the setting.
    func validate(vocabularySize: Int) throws(DecodingFailure) {
        try Self.require((maxTokens ?? 0) >= 0, "maxTokens", "must be at least 0")
        try Self.require(
            temperature >= 0 && temperature.isFinite, "temperature",
            "must be a number of at least 0, not \(temperature)")
        try Self.require(topK >= 0, "topK", "must be at least 0, not \(topK)")
        try Self.require(
            topP > 0 && topP <= 1, "topP", "must be above 0 and at most 1, not \(topP)")
        try Self.require(minP >= 0 && minP <= 1, "minP", "must be from 0 to 1, not \(minP)")
        try Self.require(
            repetitionPenalty > 0 && repetitionPenalty.isFinite, "repetitionPenalty",
            "must be above 0, not \(repetitionPenalty)")
        try Self.require(
            frequencyPenalty.isFinite, "frequencyPenalty",
            "must be a number, not \(frequencyPenalty)")
        try Self.require(
            presencePenalty.isFinite, "presencePenalty", "must be a number, not \(presencePenalty)")
        for (id, bias) in logitBias.sorted(by: { $0.key < $1.key }) {
            try Self.require(
                (0..<vocabularySize).contains(id), "logitBias",
                "names token \(id), outside the vocabulary of \(vocabularySize)")
            try Self.require(
                bias < .infinity, "logitBias",
                "must be a number below infinity, not \(bias) for token \(id)")
        }
        try Self.require(
            !stopStrings.contains(where: \.isEmpty), "stopStrings", "must not hold an empty text")
        try Self.require(
            prefillStepSize > 0, "prefillStepSize", "must be at least 1, not \(prefillStepSize)")
    }

    private static func require(
        _ holds: Bool, _ name: String, _ reason: @autoclosure () -> String
    ) throws(DecodingFailure) {
        if !holds { throw .invalidSetting(name: name, reason: reason()) }
    }
}
