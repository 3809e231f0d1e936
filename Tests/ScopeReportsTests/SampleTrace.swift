import ScopeTrace

extension TraceHeader {
    static let sample = TraceHeader(
        model: ModelIdentity(
            name: "tiny \"py\"", family: "llama", fingerprint: "00ff", parameterCount: 1_234,
            weights: "q8_0 from bfloat16", rotaryLength: "cached"),
        kernels: "openblas+avx512",
        settings: GenerationSettings(
            maxTokens: 5, temperature: 0.7, topK: 40, topP: 0.95, minP: 0.05,
            repetitionPenalty: 1.1, presencePenalty: -0.5, logitBias: [12: -.infinity, 7: -1.5],
            processors: ["Grammar"], seed: 42, stopTokenIDs: [3], stopStrings: ["\n\n", "\"é"],
            prefillStepSize: 64),
        eosTokenIDs: [0, 2],
        contextLength: 128,
        libraryVersion: "1.0.0")
}

extension MetricKey where Value == Double {
    static var confidence: MetricKey { MetricKey("confidence", unit: .probability) }
    static var surprisal: MetricKey { MetricKey("surprisal", unit: .nats) }
}

extension MetricKey where Value == Int {
    static var rank: MetricKey { MetricKey("rank", unit: .rank) }
}

/// Tokens with the given bytes, the first `promptCount` of them the prompt's, with surprisals.
func makeTrace(_ tokens: [([UInt8], Double?)], promptCount: Int = 0) -> TokenTrace {
    var trace = TokenTrace(header: .sample)
    for (number, (bytes, value)) in tokens.enumerated() {
        let index = trace.append(
            id: number + 10, bytes: bytes, origin: number < promptCount ? .prompt : .sampled)
        trace.record(at: index) { $0[.surprisal] = value }
    }
    return trace
}

/// SplitMix64: the same seed gives the same cases everywhere.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// The bytes cut into random tokens, each with a random value or none.
func cut(
    _ bytes: [UInt8], using generator: inout SeededGenerator
) -> [([UInt8], Double?)] {
    var tokens: [([UInt8], Double?)] = []
    var rest = bytes[...]
    while !rest.isEmpty {
        let length = Int.random(in: 0...5, using: &generator)
        let value = Double.random(in: -3...9, using: &generator)
        tokens.append((Array(rest.prefix(length)), value < 0 ? nil : value))
        rest = rest.dropFirst(length)
    }
    return tokens
}
