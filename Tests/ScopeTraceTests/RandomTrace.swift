import ScopeTrace
import Testing

/// SplitMix64: the same seed gives the same traces everywhere.
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

extension MetricKey where Value == Double {
    static var surprisal: MetricKey { MetricKey("surprisal", unit: .nats) }
    static var entropy: MetricKey { MetricKey("entropy", unit: .nats) }
}

extension MetricKey where Value == Int {
    static var rank: MetricKey { MetricKey("rank", unit: .rank) }
}

extension MetricKey where Value == Bool {
    static var surprising: MetricKey { MetricKey("surprising") }
}

extension MetricKey where Value == String {
    static var category: MetricKey { MetricKey("acme.category") }
}

extension MetricKey where Value == TokenIDs {
    static var alternatives: MetricKey { MetricKey("alternatives") }
}

extension MetricKey where Value == MetricRow {
    static var attention: MetricKey { MetricKey("attention", unit: .probability) }
}

extension TraceHeader {
    static let sample = TraceHeader(
        model: ModelIdentity(
            name: "tiny", family: "llama", fingerprint: "00ff", parameterCount: 1_234,
            weights: "q8_0 from bfloat16", rotaryLength: "cached"),
        kernels: "scalar",
        settings: GenerationSettings(
            maxTokens: 5, temperature: 0.7, topK: 40, topP: 0.95, minP: 0.05,
            repetitionPenalty: 1.1, frequencyPenalty: -0.5, presencePenalty: 0.25,
            logitBias: [6: -.infinity, 4: 1.5], processors: ["Grammar"], seed: .max,
            stopTokenIDs: [3], stopStrings: ["\n\n"], prefillStepSize: 64),
        eosTokenIDs: [0, 2],
        contextLength: 128,
        libraryVersion: "1.0.0")
}

/// A double from the whole range, often one that is awkward to write.
func awkwardDouble(using generator: inout some RandomNumberGenerator) -> Double {
    switch Int.random(in: 0..<6, using: &generator) {
    case 0: return .infinity
    case 1: return -.infinity
    case 2: return -0.0
    case 3: return Double(Int.random(in: -3...3, using: &generator))
    case 4: return Double.random(in: -10...10, using: &generator)
    default:
        let value = Double(bitPattern: UInt64.random(in: 0 ... .max, using: &generator))
        return value.isNaN ? .leastNonzeroMagnitude : value
    }
}

/// A trace of random length and content, with holes in every column.
func randomTrace(seed: UInt64) throws -> TokenTrace {
    var generator = SeededGenerator(seed: seed)
    var trace = TokenTrace(header: .sample)
    for number in 0..<Int.random(in: 0...12, using: &generator) {
        let bytes = (0..<Int.random(in: 0...4, using: &generator)).map { _ in
            UInt8.random(in: 0...255, using: &generator)
        }
        let index = trace.append(
            id: Int.random(in: 0...50_000, using: &generator), bytes: bytes,
            sourceSpan: Bool.random(using: &generator) ? number..<(number + bytes.count) : nil,
            origin: try #require(TokenOrigin.allCases.randomElement(using: &generator)),
            role: try #require(TokenRole.allCases.randomElement(using: &generator)))
        trace.record(at: index) { record in
            let mask = UInt8.random(in: 0...255, using: &generator)
            if mask & 1 != 0 { record[.surprisal] = awkwardDouble(using: &generator) }
            if mask & 2 != 0 { record[.entropy] = awkwardDouble(using: &generator) }
            if mask & 4 != 0 { record[.rank] = Int.random(in: .min ... .max, using: &generator) }
            if mask & 8 != 0 { record[.surprising] = Bool.random(using: &generator) }
            if mask & 16 != 0 { record[.category] = "é \"\\\u{1B}\u{0}🙂" }
            if mask & 32 != 0 { record[.alternatives] = TokenIDs([0, number]) }
            if mask & 64 != 0 {
                record[.attention] = MetricRow(
                    (0..<number).map { _ in awkwardDouble(using: &generator) })
            }
            if mask & 128 != 0, number > 0 {
                record.amend(.entropy, at: TokenIndex(number - 1), to: 0.25)
            }
        }
    }
    trace.stopReason = StopReason.allCases.randomElement(using: &generator)
    if let end = trace.tokens.last?.sequenceSpan.upperBound, Bool.random(using: &generator) {
        trace.stopMatch = StopMatch(
            text: "\n", start: Int.random(in: 0...end, using: &generator))
    }
    trace.summary[MetricKey("perplexity.all")] = awkwardDouble(using: &generator)
    trace.summary[MetricKey("bits.total", unit: .bits)] = awkwardDouble(using: &generator)
    return trace
}
