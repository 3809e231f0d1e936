import TokenScope

/// What is recorded of every token besides the standard metrics.
struct Recording: Hashable, Sendable {
    var alternatives = 8
    var hasAttention = false
    var hasLens = false
}

/// How a request wants tokens to be written.
struct DecodingRequest: Sendable {
    var parameters: GenerateParameters
    var recording: Recording

    /// Reads `settings` of a request; what it does not say is as in `base`, else the default.
    init(_ request: Fields, over base: GenerateParameters? = nil) throws(ActionError) {
        var parameters = base ?? GenerateParameters(maxTokens: 256)
        var recording = Recording()
        if let settings = try request.object("settings") {
            try Self.read(settings, into: &parameters)
            recording.alternatives =
                try settings.int("alternatives", in: 0...64) ?? recording.alternatives
            if let record = try settings.object("record") {
                recording.hasAttention = try record.bool("attention") ?? false
                recording.hasLens = try record.bool("lens") ?? false
            }
        }
        self.parameters = parameters
        self.recording = recording
    }

    private static func read(
        _ settings: Fields, into parameters: inout GenerateParameters
    ) throws(ActionError) {
        if let count = try settings.int("max_tokens", in: 0...65_536) {
            parameters.maxTokens = count
        }
        if let temperature = try settings.double("temperature", in: 0...100) {
            parameters.temperature = temperature
        }
        if let count = try settings.int("top_k", in: 0...1_000_000) { parameters.topK = count }
        if let mass = try settings.double("top_p", in: 0...1) {
            guard mass > 0 else {
                throw .invalid("settings.top_p", "settings.top_p must be above 0 and at most 1")
            }
            parameters.topP = mass
        }
        if let share = try settings.double("min_p", in: 0...1) { parameters.minP = share }
        if let penalty = try settings.double("repetition_penalty", in: 0...100) {
            guard penalty > 0 else {
                throw .invalid(
                    "settings.repetition_penalty", "settings.repetition_penalty must be above 0")
            }
            parameters.repetitionPenalty = penalty
        }
        if let penalty = try settings.double("frequency_penalty", in: -100...100) {
            parameters.frequencyPenalty = penalty
        }
        if let penalty = try settings.double("presence_penalty", in: -100...100) {
            parameters.presencePenalty = penalty
        }
        if let seed = try settings.seed("seed") { parameters.seed = seed }
        if let texts = try settings.strings("stop") {
            guard texts.count <= 16, texts.allSatisfy({ !$0.isEmpty }) else {
                throw .invalid(
                    "settings.stop", "settings.stop takes at most 16 texts, none of them empty")
            }
            parameters.stopStrings = texts
        }
        if try settings.bool("greedy") == true { parameters.temperature = 0 }
    }
}
