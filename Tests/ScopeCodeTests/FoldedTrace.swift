import ScopeCode
import ScopeTrace

/// Numbers that a seed determines.
struct Numbers {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678 }

    mutating func next(below count: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % count
    }

    mutating func fraction() -> Double { Double(next(below: 1 << 30)) / Double(1 << 30) }
}

extension TraceHeader {
    static let code = TraceHeader(
        model: ModelIdentity(
            name: "tiny", family: "llama", fingerprint: "00", parameterCount: 1,
            weights: "float32"),
        kernels: "scalar", settings: GenerationSettings(), eosTokenIDs: [], contextLength: 8,
        libraryVersion: "0")
}

extension TokenTrace {
    /// A text cut anywhere, in the middle of characters too, with tokens without bytes in between; every
    /// token but the first has its numbers.
    static func cut(_ text: [UInt8], seed: UInt64, longest: Int = 7) -> TokenTrace {
        var numbers = Numbers(seed)
        var trace = TokenTrace(header: .code)
        var start = 0
        while start < text.count || trace.tokens.isEmpty {
            let isEmpty = numbers.next(below: 9) == 0
            let length = isEmpty ? 0 : min(text.count - start, 1 + numbers.next(below: longest))
            trace.append(
                id: 1, bytes: Array(text[start..<start + length]),
                sourceSpan: start..<start + length, origin: .prompt)
            start += length
            if text.isEmpty { break }
        }
        for token in trace.tokens.dropFirst() {
            let value = numbers.fraction()
            trace.record(at: token.index) { record in
                record[MetricKey<Double>("surprisal", unit: .nats)] = 9 * value
                record[MetricKey<Double>("confidence", unit: .probability)] = value
                record[MetricKey<Int>("rank", unit: .rank)] = 1 + Int(40 * value)
                if value > 0.5 { record[MetricKey<Bool>("flag")] = value > 0.7 }
            }
        }
        return trace
    }

    /// A text cut into tokens that are given, with a surprisal each; the first may have none.
    static func of(_ tokens: [(String, Double?)]) -> TokenTrace {
        var trace = TokenTrace(header: .code)
        var start = 0
        for (text, surprisal) in tokens {
            let bytes = Array(text.utf8)
            let index = trace.append(
                id: 1, bytes: bytes, sourceSpan: start..<start + bytes.count, origin: .prompt)
            start += bytes.count
            guard let surprisal else { continue }
            trace.record(at: index) { record in
                record[MetricKey<Double>("surprisal", unit: .nats)] = surprisal
            }
        }
        return trace
    }
}
